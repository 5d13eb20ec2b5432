//===- ConvolutionTest.cpp - Convolutions against plain loops -------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What the lowering to linalg computes, against loops over the definition, on
// random shapes.
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/HostModule.h"

#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>
#include <random>

using namespace scnn;

namespace {

class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}

  int64_t operator()(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  bool chance(double probability) {
    return std::bernoulli_distribution(probability)(engine);
  }

private:
  std::mt19937 engine;
};

/// One axis of a window.
struct Axis {
  int64_t filter = 1, stride = 1, dilation = 1, before = 0, after = 0;

  int64_t outputs(int64_t extent) const {
    int64_t span = extent + before + after - dilation * (filter - 1) - 1;
    return span < 0 ? 0 : span / stride + 1;
  }
  /// The extent of which `count` outputs come, without a rest.
  int64_t inputs(int64_t count) const {
    return (count - 1) * stride + dilation * (filter - 1) + 1 - before - after;
  }
};

struct Input {
  int64_t channels, groups;
  std::array<Axis, 2> axes;
  std::array<int64_t, 2> plane;
};

/// A random convolution and how it is written.
struct Case {
  bool fixed;
  int64_t batch, outputs;
  std::vector<Input> inputs;
  /// Before pooling.
  std::array<int64_t, 2> plane;
  bool bias, pooled, clamped;
  std::array<Axis, 2> pool;
  std::vector<int64_t> productShifts, multipliers, shifts;
  int64_t minimum = -32768, maximum = 32767;

  std::array<int64_t, 2> resultPlane() const {
    if (!pooled)
      return plane;
    return {pool[0].outputs(plane[0]), pool[1].outputs(plane[1])};
  }
};

Axis randomAxis(Random &random, bool pool) {
  Axis axis;
  axis.filter = pool ? random(1, 3) : random(1, 5);
  axis.stride = random(1, 3);
  axis.dilation = pool ? 1 : random(1, 3);
  int64_t most = pool ? axis.filter - 1 : 3;
  axis.before = random(0, most);
  axis.after = random(0, most);
  return axis;
}

Case randomCase(Random &random, bool fixed) {
  Case c;
  c.fixed = fixed;
  c.batch = random.chance(0.2) ? 2 : 1;
  const int64_t groupChoices[] = {1, 1, 2, 3, 4};
  int64_t groups = groupChoices[random(0, 4)];
  c.outputs = groups * random(1, 5);
  bool large = random.chance(0.2);
  c.plane = {random(1, large ? 24 : 9), random(1, large ? 24 : 9)};
  for (int64_t t = random(1, 3); t > 0; --t) {
    Input input;
    bool depthwise = random.chance(0.2);
    input.groups = t == 1 ? groups : (c.outputs % 2 == 0 ? 2 : 1);
    if (depthwise)
      input.groups = c.outputs;
    input.channels = input.groups * (depthwise ? 1 : random(1, 4));
    for (unsigned a : {0, 1}) {
      do {
        input.axes[a] = random.chance(0.3) ? Axis() : randomAxis(random, false);
        input.plane[a] = input.axes[a].inputs(c.plane[a]);
        // What is left over at the end when strides do not divide.
        if (input.plane[a] > 0)
          input.plane[a] += random(0, input.axes[a].stride - 1);
      } while (input.plane[a] < 1);
    }
    c.inputs.push_back(input);
  }
  c.bias = random.chance(0.7);
  c.clamped = random.chance(0.5);
  c.pooled = random.chance(0.4);
  if (c.pooled)
    for (unsigned a : {0, 1})
      do
        c.pool[a] = randomAxis(random, true);
      while (c.pool[a].outputs(c.plane[a]) < 1);
  if (!fixed)
    return c;
  for (const Input &input : c.inputs)
    for (int64_t i = 0; i < input.channels; ++i)
      c.productShifts.push_back(random.chance(0.2)    ? 0
                                : random.chance(0.03) ? 31
                                                      : random(1, 20));
  for (int64_t k = 0; k < c.outputs; ++k) {
    c.multipliers.push_back(random.chance(0.2) ? 1 : random(1, 32767));
    c.shifts.push_back(random.chance(0.1)   ? 0
                       : random.chance(0.1) ? random(31, 63)
                                            : random(1, 30));
  }
  if (c.clamped) {
    c.minimum = random(-32768, 0);
    c.maximum = random(0, 32767);
  }
  return c;
}

std::string list(llvm::ArrayRef<int64_t> values) {
  return "[" +
         llvm::join(
             llvm::map_range(values, [](int64_t x) { return llvm::itostr(x); }),
             ", ") +
         "]";
}

std::string tensorType(llvm::ArrayRef<int64_t> shape, llvm::StringRef element) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += llvm::itostr(extent) + "x";
  return text + element.str() + ">";
}

std::string paddingOf(const std::array<Axis, 2> &axes) {
  return list({axes[0].before, axes[0].after, axes[1].before, axes[1].after});
}

/// The case as a function: inputs, then weights, then the bias.
std::string print(const Case &c, llvm::StringRef name) {
  llvm::StringRef activation = c.fixed ? "!quant.uniform<i16:f32, 0.5>" : "f32",
                  weight = c.fixed ? "i16" : "f32",
                  bias = c.fixed ? "i32" : "f32";
  std::vector<std::string> inputs, inputTypes, weights, weightTypes, windows,
      arguments, attributes;
  for (size_t t = 0; t < c.inputs.size(); ++t) {
    const Input &input = c.inputs[t];
    const auto &axes = input.axes;
    inputs.push_back("%x" + std::to_string(t));
    inputTypes.push_back(tensorType(
        {c.batch, input.channels, input.plane[0], input.plane[1]}, activation));
    weights.push_back("%w" + std::to_string(t));
    weightTypes.push_back(tensorType({c.outputs, input.channels / input.groups,
                                      axes[0].filter, axes[1].filter},
                                     weight));
    windows.push_back(
        "#scnn.window<stride = " + list({axes[0].stride, axes[1].stride}) +
        ", padding = " + paddingOf(axes) +
        ", dilation = " + list({axes[0].dilation, axes[1].dilation}) +
        ", groups = " + llvm::itostr(input.groups) + ">");
  }
  for (size_t t = 0; t < inputs.size(); ++t)
    arguments.push_back(inputs[t] + ": " + inputTypes[t]);
  for (size_t t = 0; t < weights.size(); ++t)
    arguments.push_back(weights[t] + ": " + weightTypes[t]);
  std::string biasText;
  if (c.bias) {
    arguments.push_back("%b: " + tensorType({c.outputs}, bias));
    biasText = " bias(%b : " + tensorType({c.outputs}, bias) + ")";
  }
  if (c.pooled)
    attributes.push_back(
        "pool = #scnn.pool<size = " +
        list({c.pool[0].filter, c.pool[1].filter}) +
        ", stride = " + list({c.pool[0].stride, c.pool[1].stride}) +
        ", padding = " + paddingOf(c.pool) + ">");
  if (c.fixed)
    attributes.push_back("requantization = #scnn.requantization<product_shifts "
                         "= " +
                         list(c.productShifts) + ", multipliers = " +
                         list(c.multipliers) + ", shifts = " + list(c.shifts) +
                         ", minimum = " + llvm::itostr(c.minimum) +
                         ", maximum = " + llvm::itostr(c.maximum) + ">");
  else if (c.clamped)
    attributes.push_back("clamp_min = -1.0 : f32, clamp_max = 2.0 : f32");
  auto plane = c.resultPlane();
  std::string result =
      tensorType({c.batch, c.outputs, plane[0], plane[1]}, activation);
  return "func.func @" + name.str() + "(" + llvm::join(arguments, ", ") +
         ") -> " + result + " {\n  %y = scnn.conv2d inputs(" +
         llvm::join(inputs, ", ") + " : " + llvm::join(inputTypes, ", ") +
         ") weights(" + llvm::join(weights, ", ") + " : " +
         llvm::join(weightTypes, ", ") + ")" + biasText + " windows [" +
         llvm::join(windows, ", ") + "] {" + llvm::join(attributes, ", ") +
         "} -> " + result + "\n  return %y : " + result + "\n}\n";
}

std::vector<HostTensor> randomArguments(Random &random, const Case &c) {
  std::vector<HostTensor> arguments;
  auto fill = [&](HostTensor tensor) {
    if (tensor.kind == ElementKind::F32)
      for (float &x : tensor.data<float>())
        x = float(random(-1000, 1000)) / 1000.0f;
    else if (tensor.kind == ElementKind::I16)
      for (int16_t &x : tensor.data<int16_t>())
        x = random.chance(0.3)    ? 0
            : random.chance(0.05) ? -32768
                                  : int16_t(random(-32768, 32767));
    else
      for (int32_t &x : tensor.data<int32_t>())
        x = int32_t(random(-4000000, 4000000));
    arguments.push_back(std::move(tensor));
  };
  ElementKind element = c.fixed ? ElementKind::I16 : ElementKind::F32;
  for (const Input &input : c.inputs)
    fill(HostTensor(element,
                    {c.batch, input.channels, input.plane[0], input.plane[1]}));
  for (const Input &input : c.inputs)
    fill(HostTensor(element, {c.outputs, input.channels / input.groups,
                              input.axes[0].filter, input.axes[1].filter}));
  if (c.bias)
    fill(
        HostTensor(c.fixed ? ElementKind::I32 : ElementKind::F32, {c.outputs}));
  return arguments;
}

/// Index of [n, c, y, x].
size_t at(const HostTensor &tensor, int64_t n, int64_t c, int64_t y,
          int64_t x) {
  return ((n * tensor.shape[1] + c) * tensor.shape[2] + y) * tensor.shape[3] +
         x;
}

/// The sum at one position before clamp and pooling. `multiply` gives the
/// product of two elements for input channel c, numbered over all inputs.
template <typename T, typename Sum, typename Multiply>
Sum sumAt(const Case &c, llvm::ArrayRef<HostTensor> arguments, Sum sum,
          int64_t n, int64_t k, int64_t y, int64_t x, Multiply multiply) {
  int64_t firstChannel = 0;
  for (size_t t = 0; t < c.inputs.size(); ++t) {
    const Input &input = c.inputs[t];
    const HostTensor &data = arguments[t],
                     &weights = arguments[c.inputs.size() + t];
    int64_t perGroup = input.channels / input.groups;
    int64_t group = k / (c.outputs / input.groups);
    for (int64_t i = 0; i < perGroup; ++i)
      for (int64_t r = 0; r < input.axes[0].filter; ++r)
        for (int64_t s = 0; s < input.axes[1].filter; ++s) {
          int64_t row = y * input.axes[0].stride + r * input.axes[0].dilation -
                        input.axes[0].before;
          int64_t col = x * input.axes[1].stride + s * input.axes[1].dilation -
                        input.axes[1].before;
          if (row < 0 || row >= input.plane[0] || col < 0 ||
              col >= input.plane[1])
            continue;
          int64_t channel = group * perGroup + i;
          sum += multiply(data.data<T>()[at(data, n, channel, row, col)],
                          weights.data<T>()[at(weights, k, i, r, s)],
                          firstChannel + channel);
        }
    firstChannel += input.channels;
  }
  return sum;
}

/// Calls `visit(n, k, y, x, best)` with the maximum over each pooling window.
template <typename Sum, typename Compute, typename Visit>
void forEachOutput(const Case &c, Sum lowest, Compute compute, Visit visit) {
  auto plane = c.resultPlane();
  for (int64_t n = 0; n < c.batch; ++n)
    for (int64_t k = 0; k < c.outputs; ++k)
      for (int64_t y = 0; y < plane[0]; ++y)
        for (int64_t x = 0; x < plane[1]; ++x) {
          if (!c.pooled) {
            visit(n, k, y, x, compute(n, k, y, x));
            continue;
          }
          Sum best = lowest;
          for (int64_t r = 0; r < c.pool[0].filter; ++r)
            for (int64_t s = 0; s < c.pool[1].filter; ++s) {
              int64_t row = y * c.pool[0].stride + r - c.pool[0].before;
              int64_t col = x * c.pool[1].stride + s - c.pool[1].before;
              if (row >= 0 && row < c.plane[0] && col >= 0 && col < c.plane[1])
                best = std::max(best, compute(n, k, row, col));
            }
          visit(n, k, y, x, best);
        }
}

/// clamp(round_half_even(sum * multiplier / 2^shift)), by division.
int16_t requantize(int64_t sum, int64_t multiplier, int64_t shift,
                   int64_t minimum, int64_t maximum) {
  __int128 value = __int128(sum) * multiplier, unit = __int128(1) << shift;
  __int128 quotient = value / unit, rest = value % unit;
  if (rest < 0) {
    rest += unit;
    quotient -= 1;
  }
  if (2 * rest > unit || (2 * rest == unit && quotient % 2 != 0))
    quotient += 1;
  return int16_t(std::clamp<__int128>(quotient, minimum, maximum));
}

std::vector<Case> randomCases(Random &random, bool fixed, int count,
                              std::string &text) {
  std::vector<Case> cases;
  for (int i = 0; i < count; ++i) {
    cases.push_back(randomCase(random, fixed));
    text += print(cases.back(), "f" + std::to_string(i));
  }
  return cases;
}

} // namespace

TEST(ConvolutionTest, FixedPointEqualsPlainLoops) {
  Random random(1);
  std::string text;
  std::vector<Case> cases = randomCases(random, /*fixed=*/true, 60, text);
  auto module = HostModule::compile(text);
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  int64_t inside = 0, all = 0;
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case &c = cases[i];
    std::string name = "f" + std::to_string(i);
    std::vector<HostTensor> arguments = randomArguments(random, c);
    auto results = (*module)->call(name, arguments);
    ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
    const HostTensor &result = results->front();
    auto sum = [&](int64_t n, int64_t k, int64_t y, int64_t x) {
      int64_t start = c.bias ? arguments.back().data<int32_t>()[k] : 0;
      return sumAt<int16_t>(c, arguments, start, n, k, y, x,
                            [&](int64_t a, int64_t w, int64_t channel) {
                              int64_t shift = c.productShifts[channel];
                              // Half up: floor((p + half) / 2^shift), by
                              // division.
                              int64_t unit = int64_t(1) << shift,
                                      p = a * w + unit / 2;
                              return p / unit - (p % unit < 0);
                            });
    };
    int64_t wrong = 0;
    forEachOutput<int64_t>(
        c, std::numeric_limits<int64_t>::min(), sum,
        [&](int64_t n, int64_t k, int64_t y, int64_t x, int64_t best) {
          int16_t expected = requantize(best, c.multipliers[k], c.shifts[k],
                                        c.minimum, c.maximum);
          inside += expected != c.minimum && expected != c.maximum;
          ++all;
          wrong += result.data<int16_t>()[at(result, n, k, y, x)] != expected;
        });
    EXPECT_EQ(wrong, 0) << print(c, name);
  }
  // The bounds must not hide what is compared.
  EXPECT_GT(inside, all / 4);
}

TEST(ConvolutionTest, FloatEqualsPlainLoops) {
  Random random(2);
  std::string text;
  std::vector<Case> cases = randomCases(random, /*fixed=*/false, 40, text);
  auto module = HostModule::compile(text);
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case &c = cases[i];
    std::string name = "f" + std::to_string(i);
    std::vector<HostTensor> arguments = randomArguments(random, c);
    auto results = (*module)->call(name, arguments);
    ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
    const HostTensor &result = results->front();
    auto value = [&](int64_t n, int64_t k, int64_t y, int64_t x) {
      double start = c.bias ? arguments.back().data<float>()[k] : 0.0;
      double sum =
          sumAt<float>(c, arguments, start, n, k, y, x,
                       [](double a, double w, int64_t) { return a * w; });
      return c.clamped ? std::clamp(sum, -1.0, 2.0) : sum;
    };
    double worst = 0.0;
    forEachOutput<double>(
        c, -INFINITY, value,
        [&](int64_t n, int64_t k, int64_t y, int64_t x, double best) {
          worst = std::max(
              worst,
              std::abs(result.data<float>()[at(result, n, k, y, x)] - best));
        });
    EXPECT_LT(worst, 1e-4) << print(c, name);
  }
}

TEST(ConvolutionTest, OtherOperations) {
  auto module = HostModule::compile(llvm::StringRef(R"mlir(
    !x = tensor<1x2x2x2xf32>
    func.func @main(%a: !x, %b: !x)
        -> (!x, !x, tensor<1x4x2x2xf32>, tensor<1x3x2x2xf32>, tensor<1x2x2x2xf32>) {
      %add = scnn.add %a, %b : !x
      %clamp = scnn.clamp %a {clamp_min = 0.0 : f32} : !x
      %concat = scnn.concat %a, %b : !x, !x -> tensor<1x4x2x2xf32>
      %extend = scnn.extend_channels %a : !x -> tensor<1x3x2x2xf32>
      %pool = scnn.max_pool2d %a <size = [2, 2], padding = [1, 0, 0, 1]> : !x -> !x
      return %add, %clamp, %concat, %extend, %pool
          : !x, !x, tensor<1x4x2x2xf32>, tensor<1x3x2x2xf32>, !x
    }
    !q = !quant.uniform<i16:f32, 0.5>
    !l = tensor<1x1x2x2x!q, #scnn.layout<grid = [2, 2]>>
    func.func @fixed(%a: tensor<1x1x2x2x!q>) -> tensor<1x1x1x1x!q> {
      %on = scnn.load %a : tensor<1x1x2x2x!q> -> !l
      %off = scnn.store %on : !l -> tensor<1x1x2x2x!q>
      %y = scnn.max_pool2d %off <size = [2, 2]>
          : tensor<1x1x2x2x!q> -> tensor<1x1x1x1x!q>
      return %y : tensor<1x1x1x1x!q>
    })mlir"));
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  HostTensor a({1, 2, 2, 2},
               llvm::ArrayRef<float>({-1, -2, -3, -4, 5, 6, 7, 8}));
  HostTensor b({1, 2, 2, 2}, llvm::ArrayRef<float>({1, 1, 1, 1, 2, 2, 2, 2}));
  auto results = (*module)->call("main", {a, b});
  ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
  using Floats = llvm::ArrayRef<float>;
  EXPECT_EQ((*results)[0].data<float>(), Floats({0, -1, -2, -3, 7, 8, 9, 10}));
  EXPECT_EQ((*results)[1].data<float>(), Floats({0, 0, 0, 0, 5, 6, 7, 8}));
  EXPECT_EQ((*results)[2].data<float>(),
            Floats({-1, -2, -3, -4, 5, 6, 7, 8, 1, 1, 1, 1, 2, 2, 2, 2}));
  EXPECT_EQ((*results)[3].data<float>(),
            Floats({-1, -2, -3, -4, 5, 6, 7, 8, 0, 0, 0, 0}));
  EXPECT_EQ((*results)[4].data<float>(), Floats({-1, -2, -1, -2, 6, 6, 8, 8}));

  HostTensor fixed({1, 1, 2, 2}, llvm::ArrayRef<int16_t>({-5, -7, -4, -9}));
  results = (*module)->call("fixed", fixed);
  ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
  EXPECT_EQ((*results)[0].data<int16_t>()[0], -4);
}
