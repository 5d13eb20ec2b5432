// Runs a network with ONNX Runtime, in f32, on the CPU.
//
// usage: node run.js RUNTIME_FOLDER MODEL.onnx {INPUT=FILE.npy OUTPUT_FOLDER}...
//
// RUNTIME_FOLDER is install.sh's. For each pair, the network runs with FILE.npy
// (f32) as its input INPUT and writes every output to OUTPUT_FOLDER, which must
// exist, as f32 .npy, named as scnn-sim --output-dir names it.
'use strict';

const fs = require('fs');
const path = require('path');

function readNpy(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.subarray(1, 6).toString('latin1') !== 'NUMPY')
    throw new Error(`'${file}': not a .npy file`);
  const long = bytes[6] > 1;  // Version 1 has a 16-bit header length.
  const start = long ? 12 : 10;
  const length = long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const header = bytes.subarray(start, start + length).toString('latin1');
  if (!header.includes("'descr': '<f4'") ||
      !header.includes("'fortran_order': False"))
    throw new Error(`'${file}': expected f32 in C order, but got ${header}`);
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].match(/\d+/g) || [];
  // A copy, since the file's values need not be aligned.
  const values = Uint8Array.from(bytes.subarray(start + length));
  return {shape: shape.map(Number), values: new Float32Array(values.buffer)};
}

function writeNpy(file, shape, values) {
  const tuple = shape.map((size) => `${size},`).join(' ');
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n';
  const start = Buffer.from('\x93NUMPY\x01\x00\0\0', 'latin1');
  start.writeUInt16LE(header.length, 8);
  fs.writeFileSync(file, Buffer.concat([
    start, Buffer.from(header, 'latin1'),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength)]));
}

async function main([runtime, model, ...pairs]) {
  const ort =
      require(path.resolve(runtime, 'node_modules', 'onnxruntime-node'));
  const session = await ort.InferenceSession.create(model, {
    logSeverityLevel: 3,
    // One order of summation on any machine.
    intraOpNumThreads: 1});
  for (let i = 0; i < pairs.length; i += 2) {
    const split = pairs[i].lastIndexOf('=');
    const {shape, values} = readNpy(pairs[i].slice(split + 1));
    const outputs = await session.run(
        {[pairs[i].slice(0, split)]: new ort.Tensor('float32', values, shape)});
    for (const [name, tensor] of Object.entries(outputs))
      writeNpy(path.join(pairs[i + 1],
                         name.replace(/[^A-Za-z0-9._-]/g, '_') + '.npy'),
               tensor.dims, tensor.data);
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`run.js: error: ${error.message}`);
  process.exit(1);
});
