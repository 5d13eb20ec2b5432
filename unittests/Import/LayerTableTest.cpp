//===- LayerTableTest.cpp - Layers known by shape and density ------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/LayerTable.h"

#include "gtest/gtest.h"

using namespace scnn;

namespace {

constexpr llvm::StringLiteral kColumns =
    "layer,C,H,W,K,R,S,stride,pad,groups,pool,pool_stride,pool_pad,out_H,out_W,"
    "macs,weight_density,input_activation_density,output_density,type,remark\n";

/// A table of these rows.
llvm::Expected<LayerTable> parse(const std::string &rows) {
  return parseLayerTable(kColumns.str() + rows, "t.csv");
}

std::string errorOf(const std::string &rows) {
  llvm::Expected<LayerTable> table = parse(rows);
  return table ? "" : llvm::toString(table.takeError());
}

LayerTable tableOf(const std::string &rows) {
  llvm::Expected<LayerTable> table = parse(rows);
  EXPECT_TRUE(bool(table)) << llvm::toString(table.takeError());
  return table ? *table : LayerTable();
}

TEST(LayerTable, readsAllColumns) {
  LayerTable table =
      tableOf("x,4,9,7,6,3,2,2,1,2,3,2,1,5,4,1440,0.5,1,0,conv,\"a, b\"\n");
  ASSERT_EQ(table.layers.size(), 1u);
  const LayerRow &row = table.layers[0];
  EXPECT_EQ(row.name, "x");
  EXPECT_EQ(row.line, 2);
  EXPECT_EQ(row.weightsPerOutput(), 2 * 3 * 2);
  EXPECT_EQ(row.convolvedHeight(), 5);
  EXPECT_EQ(row.convolvedWidth(), 4);
  EXPECT_EQ(row.outputHeight(), 3);
  EXPECT_EQ(row.outputWidth(), 2);
  EXPECT_EQ(row.pool->pad, 1);
  EXPECT_EQ(*row.weightDensity, 0.5);
  EXPECT_EQ(*row.activationDensity, 1.0);
  EXPECT_EQ(*row.outputDensity, 0.0);
}

TEST(LayerTable, hasDefaults) {
  LayerTable table = tableOf("x,4,9,7,6,3,3,,,,,,,,,,,,,,\n"
                             "y,4,9,7,6,3,3,,,,2,,,,,,,,,,\n");
  const LayerRow &row = table.layers[0];
  EXPECT_EQ(row.stride, 1);
  EXPECT_EQ(row.pad, 0);
  EXPECT_EQ(row.groups, 1);
  EXPECT_EQ(row.type, "conv");
  EXPECT_FALSE(row.pool || row.weightDensity || row.activationDensity ||
               row.outputDensity);
  EXPECT_EQ(table.layers[1].pool->stride, 2);
  EXPECT_EQ(table.layers[1].pool->pad, 0);
  // Only the shape must be there.
  EXPECT_TRUE(bool(parseLayerTable("S,R,K,W,H,C,layer\n1,1,1,1,1,1,x\n", "t")));
}

TEST(LayerTable, namesWhatIsWrong) {
  auto wrong = [](const std::string &row) {
    return errorOf("good,4,9,9,6,3,3,,,,,,,,,,,,,,\n" + row + "\n");
  };
  EXPECT_EQ(wrong(",4,9,9,6,3,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'layer': expected a name, but got nothing");
  EXPECT_EQ(wrong("x,0,9,9,6,3,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'C': expected an integer in 1 ... 65535, but got "
            "'0'");
  EXPECT_EQ(wrong("x,4,9,,6,3,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'W': expected an integer in 1 ... 65535, but got "
            "''");
  EXPECT_EQ(wrong("x,4,9,9,6,3.5,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'R': expected an integer in 1 ... 255, but got "
            "'3.5'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,0,,,,,,,,,,,,,"),
            "t.csv:3: column 'stride': expected an integer in 1 ... 255, but "
            "got '0'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,-1,,,,,,,,,,,,"),
            "t.csv:3: column 'pad': expected an integer in 0 ... 255, but got "
            "'-1'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,3,,,,,,,,,,,"),
            "t.csv:3: column 'C': expected a multiple of the 3 groups, but got "
            "'4'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,4,,,,,,,,,,,"),
            "t.csv:3: column 'K': expected a multiple of the 4 groups, but got "
            "'6'");
  EXPECT_EQ(wrong("x,4,2,9,6,3,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'R': expected a filter that fits the padded "
            "plane's 2, but got '3'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,,8,,,,,,,,,,"),
            "t.csv:3: column 'pool': expected a window that fits the plane of "
            "7x7, but got '8'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,,,2,,,,,,,,,"),
            "t.csv:3: column 'pool_stride': expected nothing, since there is no "
            "pool, but got '2'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,,2,,2,,,,,,,,"),
            "t.csv:3: column 'pool_pad': expected an integer in 0 ... 1, but "
            "got '2'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,,,,,8,,,,,,,"),
            "t.csv:3: column 'out_H': expected 7, as follows from the shape, "
            "but got '8'");
  EXPECT_EQ(wrong("x,4,9,9,6,3,3,,,,,,,7,7,1,,,,,"),
            "t.csv:3: column 'macs': expected 10584, as follows from the shape, "
            "but got '1'");
  for (const char *density : {"1.1", "-0.1", "nan", "inf", "half"})
    EXPECT_EQ(wrong(std::string("x,4,9,9,6,3,3,,,,,,,,,,") + density + ",,,,"),
              std::string("t.csv:3: column 'weight_density': expected a density "
                          "in 0 ... 1, but got '") +
                  density + "'");
  EXPECT_EQ(wrong("x,65535,65535,65535,6,3,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'C': expected at most 268435456 inputs, but got "
            "281462092005375");
  EXPECT_EQ(wrong("good,4,9,9,6,3,3,,,,,,,,,,,,,,"),
            "t.csv:3: column 'layer': expected different names, but got 'good' "
            "again, first in line 2");
  EXPECT_EQ(errorOf(""), "t.csv: expected at least one layer");
  llvm::Expected<LayerTable> table =
      parseLayerTable("layer,C,H,W,K,R\nx,1,1,1,1,1\n", "t.csv");
  ASSERT_FALSE(bool(table));
  EXPECT_EQ(llvm::toString(table.takeError()),
            "t.csv: expected a column 'S'; the columns are: layer, C, H, W, K, "
            "R");
}

/// What `selectLayers` gives: names, then warnings or the error.
std::vector<std::string> select(const LayerTable &table,
                                const LayerSelection &selection) {
  std::vector<std::string> warnings, names;
  auto rows = selectLayers(table, selection, [&](const llvm::Twine &message) {
    warnings.push_back(message.str());
  });
  if (!rows)
    return {llvm::toString(rows.takeError())};
  for (const LayerRow &row : *rows)
    names.push_back(row.name);
  names.insert(names.end(), warnings.begin(), warnings.end());
  return names;
}

TEST(LayerTable, selectsRows) {
  LayerTable table = tableOf("a,1,1,1,1,1,1,,,,,,,,,,.5,.5,,,\n"
                             "b,1,1,1,1,1,1,,,,,,,,,,,.5,,,\n"
                             "c,1,1,1,1,1,1,,,,,,,,,,.5,.5,.2,fc,\n");
  const std::string noWeights = "t.csv:3: layer 'b' has no weight_density";
  const std::string noConv =
      "t.csv:4: layer 'c' is of type 'fc', not conv, and is left out";
  using Texts = std::vector<std::string>;
  EXPECT_EQ(select(table, {}),
            (Texts{"a", noWeights + ", and is left out", noConv}));
  EXPECT_EQ(select(table, {{"c", "a"}, {}, {}}), (Texts{"a", "c"}));
  EXPECT_EQ(select(table, {{"b"}, {}, {}}),
            (Texts{noWeights +
                   " (give it in the table or with --weight-density)"}));
  EXPECT_EQ(select(table, {{"b"}, 0.25, {}}), (Texts{"b"}));
  EXPECT_EQ(select(table, {{"z"}, {}, {}}),
            (Texts{"t.csv: has no layer 'z'; its layers are: a, b, c"}));
  auto rows = selectLayers(table, {{"c"}, 0.25, 0.75}, [](const auto &) {});
  ASSERT_TRUE(bool(rows));
  EXPECT_EQ(*rows->front().weightDensity, 0.25);
  EXPECT_EQ(*rows->front().activationDensity, 0.75);
  EXPECT_EQ(*rows->front().outputDensity, 0.75);
  EXPECT_EQ(select(tableOf("b,1,1,1,1,1,1,,,,,,,,,,,,,,\n"), {}),
            (Texts{"t.csv: expected a layer with weight_density and "
                   "input_activation_density (give them in the table or with "
                   "--weight-density and --activation-density)"}));
}

} // namespace
