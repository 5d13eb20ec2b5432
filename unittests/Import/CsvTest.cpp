//===- CsvTest.cpp - Comma-separated values ------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Import/Layers/Csv.h"

#include "gtest/gtest.h"

using namespace scnn;

namespace {

CsvTable parse(llvm::StringRef text) {
  llvm::Expected<CsvTable> table = parseCsv(text, "t.csv");
  EXPECT_TRUE(bool(table)) << llvm::toString(table.takeError());
  return table ? *table : CsvTable();
}

std::string errorOf(llvm::StringRef text) {
  llvm::Expected<CsvTable> table = parseCsv(text, "t.csv");
  return table ? "" : llvm::toString(table.takeError());
}

using Cells = std::vector<std::string>;

TEST(Csv, readsCellsAndLines) {
  CsvTable table = parse("a,b,c\n1,,3\n\n x , y y,\n");
  EXPECT_EQ(table.columns, (Cells{"a", "b", "c"}));
  ASSERT_EQ(table.records.size(), 2u);
  EXPECT_EQ(table.records[0].cells, (Cells{"1", "", "3"}));
  EXPECT_EQ(table.records[0].line, 2);
  EXPECT_EQ(table.records[1].cells, (Cells{"x", "y y", ""}));
  EXPECT_EQ(table.records[1].line, 4);
}

TEST(Csv, readsQuotedCells) {
  CsvTable table = parse("a,\"b,\"\"c\"\"\"\n\"two\nlines\",  \" s \" \n1,2");
  EXPECT_EQ(table.columns, (Cells{"a", "b,\"c\""}));
  ASSERT_EQ(table.records.size(), 2u);
  EXPECT_EQ(table.records[0].cells, (Cells{"two\nlines", " s "}));
  EXPECT_EQ(table.records[1].cells, (Cells{"1", "2"}));
  EXPECT_EQ(table.records[1].line, 4);
}

TEST(Csv, readsWhatSpreadsheetsWrite) {
  CsvTable table = parse("\xef\xbb\xbf" "a,b\r\n1,\"2\"\r\n\r\n3,\r\n");
  EXPECT_EQ(table.columns, (Cells{"a", "b"}));
  ASSERT_EQ(table.records.size(), 2u);
  EXPECT_EQ(table.records[0].cells, (Cells{"1", "2"}));
  EXPECT_EQ(table.records[1].cells, (Cells{"3", ""}));
  EXPECT_EQ(table.records[1].line, 4);
}

TEST(Csv, refusesWhatIsMalformed) {
  EXPECT_EQ(errorOf(""), "t.csv:1: expected the names of columns");
  EXPECT_EQ(errorOf("\n\n"), "t.csv:1: expected the names of columns");
  EXPECT_EQ(errorOf("a,,c\n"), "t.csv:1: expected a name of column 2");
  EXPECT_EQ(errorOf("a,b,a\n"), "t.csv:1: column 'a' is there twice");
  EXPECT_EQ(errorOf("a,b\n1,2\n1\n"),
            "t.csv:3: expected 2 cells, one for each column, but got 1");
  EXPECT_EQ(errorOf("a,b\n1,2,3\n"),
            "t.csv:2: expected 2 cells, one for each column, but got 3");
  EXPECT_EQ(errorOf("a\nx\"y\n"),
            "t.csv:2: expected a cell with a quote in it to be quoted, but got "
            "'x\"y'");
  EXPECT_EQ(errorOf("a\n\"x\" y\n"),
            "t.csv:2: expected a comma or a line end behind a quoted cell");
  EXPECT_EQ(errorOf("a\n\"x\n\n"),
            "t.csv:2: expected a quote that ends the cell");
}

} // namespace
