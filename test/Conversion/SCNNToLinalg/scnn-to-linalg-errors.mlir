// RUN: scnn-opt %s --convert-scnn-to-linalg --verify-diagnostics

!q = !quant.uniform<i16:f32, 0.5>
func.func @compressed(%x: tensor<1x1x1x1x!q>, %w: tensor<24xi8>) -> tensor<1x1x1x1x!q> {
  // expected-error @+1 {{weights are compressed; lower to linalg before --scnn-compressed-sparse-layout}}
  %y = scnn.conv2d inputs(%x : tensor<1x1x1x1x!q>) image(%w : tensor<24xi8>) windows [#scnn.window<>]
      {filters = array<i64: 1, 1>, mapping = #scnn.mapping<group_size = 1>,
       requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x1x1x!q>
  return %y : tensor<1x1x1x1x!q>
}
