// RUN: scnn-opt %s --scnn-planar-tiling --split-input-file | FileCheck %s
// RUN: scnn-opt %s --scnn-planar-tiling=cut=balanced --split-input-file | FileCheck %s --check-prefix=BALANCED
// RUN: scnn-opt %s --scnn-planar-tiling --split-input-file --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: scnn-opt %s --scnn-planar-tiling=cut=balanced --split-input-file --remark-policy=all --remarks-filter=scnn-mapping -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK-BALANCED

// Every activation tensor gets the machine's grid. A tensor comes onto the PEs
// once for all its readers, stays there between convolutions, and leaves for
// those who are none.

!q = !quant.uniform<i16:f32, 0.5>

// CHECK-LABEL: func @chain
// CHECK-SAME: %[[X:.*]]: tensor<1x1x8x8x!quant{{[^#]*}}>, %{{.*}}: tensor<1x1x3x3xi16>)
// CHECK-NEXT: %[[L:.*]] = scnn.load %[[X]] : {{.*}} -> tensor<1x1x8x8x!quant.uniform<i16:f32, 5.000000e-01>, #scnn.layout<grid = [2, 3]>>
// CHECK-NEXT: %[[A:.*]] = scnn.conv2d inputs(%[[L]] : {{.*}} -> tensor<1x1x8x8x{{.*}}, #scnn.layout<grid = [2, 3]>>
// CHECK-NEXT: %[[B:.*]] = scnn.conv2d inputs(%[[L]], %[[A]] : {{.*}} -> tensor<1x1x6x6x{{.*}}, #scnn.layout<grid = [2, 3]>>
// CHECK-NEXT: %[[S:.*]] = scnn.store %[[B]] : {{.*}} -> tensor<1x1x6x6x!quant.uniform<i16:f32, 5.000000e-01>>
// CHECK-NEXT: quant.dcast %[[S]]
// BALANCED-LABEL: func @chain
// BALANCED-COUNT-3: #scnn.layout<grid = [2, 3], cut = balanced>

// 8 rows on 2 PEs: 4 each. 8 columns on 3 PEs: ceil(8 / 3) = 3, so 3, 3, 2;
// 64 positions are 64 / (6 * 4 * 3) of 6 largest tiles.
// REMARK: remark: [Passed] planar-tiling
// REMARK-SAME: Balance=8.888889e-01, Layer=scnn.load, PEs=6, PlaneCols=8, PlaneRows=8,
// REMARK-SAME: "plane does not divide: tiles differ", TileCols=3, TileRows=4, WorkingPEs=6
// REMARK: remark: [Passed] planar-tiling
// REMARK: remark: [Passed] planar-tiling
// REMARK-SAME: Balance=1.000000e+00, {{.*}}PlaneCols=6, PlaneRows=6, {{.*}}"plane divides evenly", TileCols=2, TileRows=3
module attributes {scnn.machine = #scnn.machine<pe_rows = 2, pe_cols = 3>} {
  func.func @chain(%x: tensor<1x1x8x8x!q>, %w: tensor<1x1x3x3xi16>) -> tensor<1x1x6x6xf32> {
    %a = scnn.conv2d inputs(%x : tensor<1x1x8x8x!q>) weights(%w : tensor<1x1x3x3xi16>) windows [#scnn.window<padding = [1, 1, 1, 1]>]
        {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q>
    %b = scnn.conv2d inputs(%x, %a : tensor<1x1x8x8x!q>, tensor<1x1x8x8x!q>) weights(%w, %w : tensor<1x1x3x3xi16>, tensor<1x1x3x3xi16>) windows [#scnn.window<>, #scnn.window<>]
        {requantization = #scnn.requantization<product_shifts = [0, 0], multipliers = [1], shifts = [0]>} -> tensor<1x1x6x6x!q>
    %y = quant.dcast %b : tensor<1x1x6x6x!q> to tensor<1x1x6x6xf32>
    return %y : tensor<1x1x6x6xf32>
  }
}

// -----

// 9 rows on 4 PEs: `ceil` cuts tiles of 3, and the last PE has none; `balanced`
// cuts 3, 2, 2, 2. One column keeps one PE of two busy.

!q = !quant.uniform<i16:f32, 0.5>

// REMARK: remark: [Passed] planar-tiling
// REMARK-SAME: Balance=3.750000e-01, {{.*}}PEs=8, PlaneCols=1, PlaneRows=9, {{.*}}"plane smaller than the grid: PEs stay idle", TileCols=1, TileRows=3, WorkingPEs=3
// REMARK-BALANCED: PlaneCols=1, PlaneRows=9, {{.*}}TileCols=1, TileRows=3, WorkingPEs=4
// CHECK-LABEL: func @small_plane
// CHECK: scnn.load
// A result that nobody reads needs no store.
// CHECK-NOT: scnn.store
module attributes {scnn.machine = #scnn.machine<pe_rows = 4, pe_cols = 2>} {
  func.func @small_plane(%x: tensor<1x1x9x1x!q>, %w: tensor<1x1x1x1xi16>) {
    %a = scnn.conv2d inputs(%x : tensor<1x1x9x1x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
        {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x9x1x!q>
    return
  }
}

// -----

// A layout that is already there is kept: a person's choice. Without a machine
// in the module, the paper's 8 x 8 PEs.

!q = !quant.uniform<i16:f32, 0.5>
!laid = tensor<1x1x8x8x!q, #scnn.layout<grid = [2, 2]>>

// CHECK-LABEL: func @given
// CHECK-NOT: scnn.load
// CHECK: scnn.conv2d inputs(%{{.*}} : tensor<1x1x8x8x{{.*}}#scnn.layout<grid = [2, 2]>>) {{.*}} -> tensor<1x1x8x8x{{.*}}#scnn.layout<grid = [2, 2]>>
// CHECK-LABEL: func @paper
// CHECK: #scnn.layout<grid = [8, 8]>
func.func @given(%x: !laid, %w: tensor<1x1x1x1xi16>) -> !laid {
  %a = scnn.conv2d inputs(%x : !laid) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> !laid
  return %a : !laid
}
func.func @paper(%x: tensor<1x1x8x8x!q>, %w: tensor<1x1x1x1xi16>) -> tensor<1x1x8x8x!q> {
  %a = scnn.conv2d inputs(%x : tensor<1x1x8x8x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q>
  return %a : tensor<1x1x8x8x!q>
}

// -----

// What the network around has in the RAMs before, or leaves there, is set-up;
// what somebody else reads, too, is not.

!q = !quant.uniform<i16:f32, 0.5>

// CHECK-LABEL: func @resident
// CHECK: %[[QY:.*]] = quant.qcast
// CHECK: scnn.load %[[QY]]
// CHECK: %[[QX:.*]] = quant.qcast
// CHECK: scnn.load setup %[[QX]]
// CHECK: %[[A:.*]] = scnn.conv2d
// CHECK: scnn.store setup %[[A]]
// CHECK: %[[B:.*]] = scnn.conv2d
// CHECK: scnn.store %[[B]]
func.func @resident(%x: tensor<1x1x8x8xf32> {scnn.resident}, %y: tensor<1x1x8x8xf32>, %w: tensor<1x1x1x1xi16>)
    -> (tensor<1x1x8x8xf32> {scnn.resident}, tensor<1x1x8x8xf32> {scnn.resident}, tensor<1x1x8x8xf32>) {
  %qy = quant.qcast %y : tensor<1x1x8x8xf32> to tensor<1x1x8x8x!q>
  %qx = quant.qcast %x : tensor<1x1x8x8xf32> to tensor<1x1x8x8x!q>
  %a = scnn.conv2d inputs(%qx, %qy : tensor<1x1x8x8x!q>, tensor<1x1x8x8x!q>) weights(%w, %w : tensor<1x1x1x1xi16>, tensor<1x1x1x1xi16>) windows [#scnn.window<>, #scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0, 0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q>
  %ra = quant.dcast %a : tensor<1x1x8x8x!q> to tensor<1x1x8x8xf32>
  %b = scnn.conv2d inputs(%a : tensor<1x1x8x8x!q>) weights(%w : tensor<1x1x1x1xi16>) windows [#scnn.window<>]
      {requantization = #scnn.requantization<product_shifts = [0], multipliers = [1], shifts = [0]>} -> tensor<1x1x8x8x!q>
  %rb = quant.dcast %b : tensor<1x1x8x8x!q> to tensor<1x1x8x8xf32>
  return %ra, %rb, %rb : tensor<1x1x8x8xf32>, tensor<1x1x8x8xf32>, tensor<1x1x8x8xf32>
}
