//===- Quantize.cpp - f32 convolutions to fixed point ---------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Dialect/SCNN/IR/Constants.h"
#include "scnn/Dialect/SCNN/IR/Legality.h"
#include "scnn/Dialect/SCNN/Transforms/Passes.h"
#include "scnn/Dialect/SCNN/Transforms/Ranges.h"
#include "scnn/Dialect/SCNN/Transforms/Remarks.h"
#include "scnn/Support/FixedPoint.h"

#include <cmath>

namespace scnn {
#define GEN_PASS_DEF_QUANTIZE
#include "scnn/Dialect/SCNN/Transforms/Passes.h.inc"
} // namespace scnn

using namespace mlir;
using namespace scnn;

namespace {

constexpr int64_t kLimit16 = 32767;

/// One input channel's weights of one convolution input, for all outputs that
/// it reaches, are quantized with one product shift.
struct Term {
  SmallVector<float, 0> weights;
  int64_t outputs, channels, groups, filterSize;
  /// Real value of an activation's least significant bit.
  double scale;
  /// Largest magnitudes of the stored activations: 32768, or 32767 where none
  /// is negative.
  int64_t largestPositive, largestNegative;

  int64_t channelsPerGroup() const { return channels / groups; }

  /// Calls `visit(k, c, index)` for every weight: output channel, input
  /// channel of this input, index into `weights`.
  template <typename Visit>
  void forEach(Visit visit) const {
    int64_t index = 0, perGroup = channelsPerGroup();
    for (int64_t k = 0; k < outputs; ++k) {
      int64_t first = k / (outputs / groups) * perGroup;
      for (int64_t c = 0; c < perGroup; ++c)
        for (int64_t i = 0; i < filterSize; ++i, ++index)
          visit(k, first + c, index);
    }
  }
};

/// Fixed-point arithmetic of one convolution.
struct FixedPoint {
  /// Real value of an accumulator's least significant bit, per output channel.
  SmallVector<double, 0> units;
  /// Per input channel, inputs one after the other.
  SmallVector<int64_t, 0> productShifts;
  /// Per input.
  SmallVector<SmallVector<int16_t, 0>, 2> weights;
  SmallVector<int32_t, 0> bias;
  /// Largest magnitude that any activations can bring an accumulator to.
  int64_t largestSum = 0;
  /// Non-zero weights that are too small for their accumulator unit.
  int64_t weightsRoundedToZero = 0;
};

/// Finds the finest accumulator units that cannot overflow.
class Solver {
public:
  Solver(ArrayRef<Term> terms, ArrayRef<float> bias, int64_t accumulatorLimit)
      : terms(terms), bias(bias), limit(accumulatorLimit) {}

  /// Nothing if no unit was found (weights that are not finite).
  std::optional<FixedPoint> solve() {
    int64_t outputs = terms.front().outputs;
    FixedPoint result;
    result.units = firstGuess(outputs);
    // Rounded weights can exceed the guess by little; widen those channels.
    for (int attempt = 0; attempt < 64; ++attempt) {
      quantize(result);
      SmallVector<int64_t> largest = largestSums(result);
      bool fits = true;
      for (int64_t k = 0; k < outputs; ++k) {
        if (largest[k] <= limit)
          continue;
        fits = false;
        result.units[k] *=
            std::max(1.0001, 1.0001 * double(largest[k]) / double(limit));
      }
      if (fits) {
        result.largestSum = *llvm::max_element(largest);
        return result;
      }
    }
    return std::nullopt;
  }

private:
  ArrayRef<Term> terms;
  ArrayRef<float> bias;
  int64_t limit;

  SmallVector<double, 0> firstGuess(int64_t outputs) {
    SmallVector<double, 0> positive(outputs, 0.0), negative(outputs, 0.0);
    SmallVector<int64_t, 0> products(outputs, 0);
    for (const Term &term : terms)
      term.forEach([&](int64_t k, int64_t, int64_t index) {
        double weight = term.weights[index] * term.scale;
        if (weight == 0.0)
          return;
        ++products[k];
        positive[k] += std::max(weight * term.largestPositive,
                                -weight * term.largestNegative);
        negative[k] += std::max(-weight * term.largestPositive,
                                weight * term.largestNegative);
      });
    SmallVector<double, 0> units(outputs);
    double finest = std::numeric_limits<double>::infinity();
    for (int64_t k = 0; k < outputs; ++k) {
      double bound = std::max(positive[k], negative[k]) +
                     std::abs(bias.empty() ? 0.0 : double(bias[k]));
      double room = std::max<double>(limit - 1 - products[k], 1);
      units[k] = bound / room;
      if (units[k] > 0.0)
        finest = std::min(finest, units[k]);
    }
    // A channel that is always zero must not make the others coarser.
    llvm::replace(units, 0.0, std::isfinite(finest) ? finest : 1.0);
    return units;
  }

  void quantize(FixedPoint &result) {
    result.productShifts.clear();
    result.weights.clear();
    result.weightsRoundedToZero = 0;
    result.bias.assign(terms.front().outputs, 0);
    for (const Term &term : terms) {
      // Factor from a real weight to accumulator units per activation step.
      auto factor = [&](int64_t k) { return term.scale / result.units[k]; };
      SmallVector<double, 0> largest(term.channels, 0.0);
      term.forEach([&](int64_t k, int64_t c, int64_t index) {
        largest[c] = std::max(
            largest[c], std::abs(double(term.weights[index])) * factor(k));
      });
      SmallVector<int64_t, 0> shifts(term.channels, 0);
      for (int64_t c = 0; c < term.channels; ++c)
        if (largest[c] > 0.0)
          shifts[c] = std::clamp<int64_t>(
              int64_t(std::floor(std::log2(kLimit16 / largest[c]))), 0, 31);
      auto &integers = result.weights.emplace_back(term.weights.size(), 0);
      term.forEach([&](int64_t k, int64_t c, int64_t index) {
        double value = std::nearbyint(term.weights[index] * factor(k) *
                                      std::ldexp(1.0, shifts[c]));
        integers[index] = int16_t(
            std::clamp<double>(value, -double(kLimit16), double(kLimit16)));
        result.weightsRoundedToZero +=
            integers[index] == 0 && term.weights[index] != 0.0f;
      });
      result.productShifts.append(shifts);
    }
    for (auto [k, value] : llvm::enumerate(bias))
      result.bias[k] = int32_t(std::nearbyint(value / result.units[k]));
  }

  /// The largest magnitude of each output channel's sum over all activations:
  /// every product at its largest, rounded as the multipliers round it.
  SmallVector<int64_t> largestSums(const FixedPoint &fixed) {
    int64_t outputs = terms.front().outputs;
    SmallVector<int64_t> high(outputs), low(outputs);
    for (int64_t k = 0; k < outputs; ++k)
      high[k] = low[k] = fixed.bias[k];
    int64_t firstChannel = 0;
    for (size_t t = 0; t < terms.size(); ++t) {
      const Term &term = terms[t];
      term.forEach([&](int64_t k, int64_t c, int64_t index) {
        int64_t weight = fixed.weights[t][index];
        int64_t shift = fixed.productShifts[firstChannel + c];
        auto product = [&](int64_t x) {
          int64_t half = shift > 0 ? int64_t(1) << (shift - 1) : 0;
          return (x * weight + half) >> shift;
        };
        int64_t a = product(term.largestPositive),
                b = product(-term.largestNegative);
        high[k] += std::max({a, b, int64_t(0)});
        low[k] += std::min({a, b, int64_t(0)});
      });
      firstChannel += term.channels;
    }
    SmallVector<int64_t> largest(outputs);
    for (int64_t k = 0; k < outputs; ++k)
      largest[k] = std::max(high[k], -low[k]);
    return largest;
  }
};

struct QuantizePass : public scnn::impl::QuantizeBase<QuantizePass> {
  using QuantizeBase::QuantizeBase;

  void runOnOperation() override {
    if (!(headroom >= 0.0 && headroom <= 10.0)) {
      getOperation().emitError("expected headroom in 0 ... 10, but got ")
          << std::to_string(headroom);
      return signalPassFailure();
    }
    fixed.clear();
    convolutions.clear();
    if (failed(collect()))
      return signalPassFailure();
    for (Operation *op : convolutions)
      if (failed(quantize(cast<Conv2DOp>(op))))
        return signalPassFailure();
    for (Operation *op : llvm::reverse(convolutions))
      erase(cast<Conv2DOp>(op));
  }

private:
  /// The convolutions that become fixed point.
  SetVector<Operation *> convolutions;
  /// The fixed-point tensor that stands for an f32 value.
  DenseMap<Value, Value> fixed;

  /// Erases an f32 convolution whose readers have been rewritten, and the
  /// constants that it alone read.
  static void erase(Conv2DOp op) {
    SetVector<Operation *> constants;
    for (Value operand : op->getOperands())
      if (auto constant = operand.getDefiningOp<arith::ConstantOp>())
        constants.insert(constant);
    op.erase();
    for (Operation *constant : constants)
      if (constant->use_empty())
        constant->erase();
  }

  /// Whether `op` stays on f32, since the accelerator cannot run it.
  bool staysOnHost(Operation *op) {
    auto check = [&](llvm::Error reason) {
      if (!reason)
        return false;
      missed(op, getArgument(), std::move(reason));
      return true;
    };
    if (auto convolution = dyn_cast<Conv2DOp>(op))
      return !convolution.getRequantization() &&
             check(checkLegality(convolution));
    auto pool = dyn_cast<MaxPool2DOp>(op);
    return pool && check(checkLegality(pool));
  }

  LogicalResult collect() {
    bool good = true;
    getOperation().walk([&](Operation *op) {
      if (op->getDialect() != op->getContext()->getLoadedDialect("scnn") ||
          staysOnHost(op))
        return;
      auto convolution = dyn_cast<Conv2DOp>(op);
      if (!convolution) {
        op->emitError("layer '")
            << getLayerName(op)
            << "': expected a convolution (run --scnn-fuse first), but got '"
            << op->getName() << "'";
        good = false;
        return;
      }
      if (convolution.getRequantization())
        return;
      convolutions.insert(convolution);
      SmallVector<Value> needed(convolution.getInputs());
      needed.push_back(convolution.getResult());
      for (Value value : needed)
        if (!getRange(value)) {
          op->emitError("layer '")
              << getLayerName(op) << "': expected a calibrated range ("
              << SCNNDialect::kRangeAttr << ") of its "
              << (value == convolution.getResult() ? "result" : "input");
          good = false;
        }
    });
    return success(good);
  }

  /// Scale that lets `range` and the headroom fill 16 bits.
  double scaleOf(double range) const {
    double scale = range * (1.0 + headroom) / kLimit16;
    return scale > 0.0 ? scale : 1.0 / kLimit16;
  }

  RankedTensorType fixedType(RankedTensorType type, double scale) {
    auto element = quant::UniformQuantizedType::get(
        quant::QuantizationFlags::Signed, IntegerType::get(&getContext(), 16),
        Float32Type::get(&getContext()), scale, 0, -32768, 32767);
    return RankedTensorType::get(type.getShape(), element);
  }

  Value getFixed(Value value, Conv2DOp reader) {
    Value &result = fixed[value];
    if (result)
      return result;
    // A value that was in fixed point before stays there.
    if (auto cast = value.getDefiningOp<quant::DequantizeCastOp>())
      if (isFixedPoint(::cast<RankedTensorType>(cast.getInput().getType())
                           .getElementType()))
        return result = cast.getInput();
    OpBuilder builder(reader);
    builder.setInsertionPointAfterValue(value);
    auto quantized = quant::QuantizeCastOp::create(
        builder, value.getLoc(),
        fixedType(cast<RankedTensorType>(value.getType()),
                  scaleOf(*getRange(value))),
        value);
    copyPeakDensity(value, quantized);
    return result = quantized;
  }

  /// Whether the accelerator computes the tensor and it has no negative values.
  static bool isNonNegative(Value fixedValue) {
    auto producer = fixedValue.getDefiningOp<Conv2DOp>();
    return producer && producer.getRequantizationAttr().getMinimum() >= 0;
  }

  LogicalResult quantize(Conv2DOp op) {
    SmallVector<Value> inputs;
    SmallVector<Term, 2> terms;
    for (auto [t, input] : llvm::enumerate(op.getInputs())) {
      Value fixedInput = getFixed(input, op);
      inputs.push_back(fixedInput);
      auto weights = getConstantElements<float>(op.getWeights()[t]);
      if (!weights)
        return op.emitError("layer '")
               << getLayerName(op) << "': expected weights #" << t
               << " to be a constant";
      auto type = cast<RankedTensorType>(op.getWeights()[t].getType());
      bool nonNegative = isNonNegative(fixedInput);
      terms.push_back(
          {std::move(*weights), type.getDimSize(0),
           cast<RankedTensorType>(input.getType()).getDimSize(1),
           op.getWindow(t).getGroups(), type.getDimSize(2) * type.getDimSize(3),
           getScale(fixedInput.getType()), kLimit16, nonNegative ? 0 : 32768});
    }
    SmallVector<float, 0> bias;
    if (op.getBias()) {
      auto values = getConstantElements<float>(op.getBias());
      if (!values)
        return op.emitError("layer '") << getLayerName(op)
                                       << "': expected the bias to be a "
                                          "constant";
      bias = std::move(*values);
    }
    for (ArrayRef<float> values :
         llvm::concat<ArrayRef<float>>(
             llvm::map_to_vector(
                 terms, [](const Term &t) { return ArrayRef<float>(t.weights); }),
             SmallVector<ArrayRef<float>>{bias}))
      if (!llvm::all_of(values, [](float x) { return std::isfinite(x); }))
        return op.emitError("layer '") << getLayerName(op)
                                       << "': has weights or bias values that "
                                          "are not finite";

    int64_t limit =
        (int64_t(1) << (getMachine(op).accumulatorBits - 1)) - 1;
    std::optional<FixedPoint> solution = Solver(terms, bias, limit).solve();
    if (!solution)
      return op.emitError("layer '")
             << getLayerName(op)
             << "': no scale keeps the accumulators of "
             << getMachine(op).accumulatorBits << " bits from overflow";
    replace(op, inputs, *solution);
    return success();
  }

  void replace(Conv2DOp op, ArrayRef<Value> inputs, const FixedPoint &solution) {
    auto resultType = cast<RankedTensorType>(op.getResult().getType());
    // Multipliers have 15 bits before the point at most.
    double coarsest = *llvm::max_element(solution.units);
    double scale =
        std::max(scaleOf(*getRange(op.getResult())), coarsest / 16384.0);
    // The type holds the scale as it prints; compute with that.
    RankedTensorType type = fixedType(resultType, scale);
    scale = getScale(type);

    SmallVector<int64_t> multipliers, shifts;
    for (double unit : solution.units) {
      // ratio = mantissa * 2^exponent, mantissa in [0.5, 1).
      int exponent;
      double mantissa = std::frexp(unit / scale, &exponent);
      int64_t multiplier = std::llround(std::ldexp(mantissa, 15));
      if (multiplier == 32768) {
        multiplier = 16384;
        ++exponent;
      }
      int64_t shift = 15 - exponent;
      if (shift > 63) {
        multiplier = std::max<int64_t>(multiplier >> std::min<int64_t>(shift - 63, 15), 1);
        shift = 63;
      }
      multipliers.push_back(multiplier);
      shifts.push_back(shift);
    }
    auto bound = [&](std::optional<llvm::APFloat> value, int64_t none) {
      return value ? toFixedPoint(value->convertToDouble(), scale) : none;
    };
    auto requantization = RequantizationAttr::get(
        &getContext(), solution.productShifts, multipliers, shifts,
        bound(op.getClampMin(), -32768), bound(op.getClampMax(), 32767));

    OpBuilder builder(op);
    SmallVector<Value> weights;
    for (auto [t, values] : llvm::enumerate(solution.weights)) {
      auto weightsType = RankedTensorType::get(
          cast<RankedTensorType>(op.getWeights()[t].getType()).getShape(),
          builder.getI16Type());
      weights.push_back(arith::ConstantOp::create(
          builder, op.getLoc(),
          DenseElementsAttr::get(weightsType, ArrayRef<int16_t>(values))));
    }
    Value bias;
    if (op.getBias())
      bias = arith::ConstantOp::create(
          builder, op.getLoc(),
          DenseElementsAttr::get(
              RankedTensorType::get({int64_t(solution.bias.size())},
                                    builder.getI32Type()),
              ArrayRef<int32_t>(solution.bias)));
    auto replacement = Conv2DOp::create(
        builder, op.getLoc(), type, inputs, weights, bias, /*image=*/Value(),
        op.getWindows(), /*clamp_min=*/nullptr, /*clamp_max=*/nullptr,
        op.getPoolAttr(), requantization, op.getMappingAttr(),
        /*filters=*/nullptr);
    copyPeakDensity(op.getResult(), replacement);
    fixed[op.getResult()] = replacement.getResult();
    choice(op, "quantize")
        << remark::metric("ScaleOfResult", scale)
        << remark::metric("LargestSum", solution.largestSum)
        << remark::metric("AccumulatorBits", getMachine(op).accumulatorBits)
        << remark::metric("WeightsRoundedToZero",
                          solution.weightsRoundedToZero);

    // Readers that stay on f32 take the value back.
    Value real;
    for (OpOperand &use : llvm::make_early_inc_range(op.getResult().getUses())) {
      if (convolutions.contains(use.getOwner()))
        continue;
      if (!real) {
        builder.setInsertionPointAfter(replacement);
        real = quant::DequantizeCastOp::create(builder, op.getLoc(),
                                               resultType, replacement);
      }
      use.set(real);
    }
  }
};
} // namespace
