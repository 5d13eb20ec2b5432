// The smallest network: one convolution with its ranges.
func.func @main(%x: tensor<1x2x6x6xf32> {scnn.name = "x"})
    -> (tensor<1x4x6x6xf32> {scnn.name = "y"})
    attributes {scnn.range = [1.0]} {
  %w = arith.constant dense<0.25> : tensor<4x2x3x3xf32>
  %b = arith.constant dense<0.5> : tensor<4xf32>
  %y = scnn.conv2d inputs(%x : tensor<1x2x6x6xf32>)
      weights(%w : tensor<4x2x3x3xf32>) bias(%b : tensor<4xf32>)
      windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {clamp_min = 0.0 : f32, scnn.range = 5.0} -> tensor<1x4x6x6xf32>
  return %y : tensor<1x4x6x6xf32>
}
