// A strided convolution with ReLU, then a 3x3 convolution with max pooling.
// `scnn.range` is what calibration would have written.
func.func @main(%image: tensor<1x3x16x16xf32> {scnn.name = "image"})
    -> (tensor<1x8x4x4xf32> {scnn.name = "features"})
    attributes {scnn.range = [1.0]} {
  %w1 = arith.constant dense<0.25> : tensor<8x3x3x3xf32>
  %b1 = arith.constant dense<0.5> : tensor<8xf32>
  %1 = scnn.conv2d inputs(%image : tensor<1x3x16x16xf32>)
      weights(%w1 : tensor<8x3x3x3xf32>) bias(%b1 : tensor<8xf32>)
      windows [#scnn.window<stride = [2, 2], padding = [1, 1, 1, 1]>]
      {scnn.range = 7.25} -> tensor<1x8x8x8xf32> loc("conv1")
  %2 = scnn.clamp %1 {clamp_min = 0.0 : f32, scnn.range = 7.25}
      : tensor<1x8x8x8xf32> loc("relu1")
  %w2 = arith.constant dense<0.125> : tensor<8x8x3x3xf32>
  %3 = scnn.conv2d inputs(%2 : tensor<1x8x8x8xf32>)
      weights(%w2 : tensor<8x8x3x3xf32>)
      windows [#scnn.window<padding = [1, 1, 1, 1]>]
      {scnn.range = 65.25} -> tensor<1x8x8x8xf32> loc("conv2")
  %4 = scnn.max_pool2d %3 <size = [2, 2], stride = [2, 2]> {scnn.range = 65.25}
      : tensor<1x8x8x8xf32> -> tensor<1x8x4x4xf32> loc("pool2")
  return %4 : tensor<1x8x4x4xf32>
}
