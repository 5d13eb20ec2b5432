"use strict";

// Tables: a heading sorts by its column, numbers from the largest at first.

function valueOf(row, column) {
  const text = row.cells[column].dataset.value;
  const number = Number(text);
  return text === "" ? null : Number.isNaN(number) ? text : number;
}

// Cells without a value come last either way; equal ones keep their order.
function compare(a, b, direction) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return direction * (a - b);
  return direction * String(a).localeCompare(String(b), "en", {numeric: true});
}

function sort(table, key, ascending) {
  const headings = [...table.tHead.rows[0].cells];
  const column = headings.findIndex((heading) => heading.dataset.key === key);
  if (column < 0) return;
  const body = table.tBodies[0];
  if (ascending === undefined) {
    const sorted = headings[column].getAttribute("aria-sort");
    const text = [...body.rows].some(
      (row) => typeof valueOf(row, column) === "string");
    ascending = sorted ? sorted === "descending" : text;
  }
  for (const heading of headings) heading.removeAttribute("aria-sort");
  headings[column].setAttribute("aria-sort",
                                ascending ? "ascending" : "descending");
  const direction = ascending ? 1 : -1;
  const rows = [...body.rows].map((row) => [valueOf(row, column), row]);
  rows.sort(([a], [b]) => compare(a, b, direction));
  body.append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table.sortable"))
  for (const heading of table.tHead.rows[0].cells)
    heading.firstElementChild.addEventListener(
      "click", () => sort(table, heading.dataset.key));

// The map: a cell for each PE.

function drawMap(data, layer, choice) {
  const grid = document.getElementById("map-grid");
  grid.replaceChildren();
  grid.classList.toggle("many", data.cols > 24);
  const head = grid.createTHead().insertRow();
  head.append(heading("", "col"));
  for (let col = 0; col < data.cols; ++col) head.append(heading(col, "col"));
  const body = grid.createTBody();
  for (let row = 0; row < data.rows; ++row) {
    const line = body.insertRow();
    line.append(heading(row, "row"));
    for (let col = 0; col < data.cols; ++col)
      drawPE(line.insertCell(), data, layer, choice, row, col);
  }
}

function heading(text, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

// Each cause's share of the PE's slots.
function sharesOf(data, layer, pe) {
  const slots = layer.slots.map((counts) => counts[pe]);
  const all = slots.reduce((a, b) => a + b, 0);
  return slots.map((count) => all ? count / all : 0);
}

function percent(share) {
  return (100 * share).toFixed(1) + " %";
}

// Which cause a choice means for these shares.
function causeOf(data, choice, shares) {
  const index = data.causes.findIndex((cause) => cause.key === choice);
  if (index >= 0) return index;
  const first = choice === "largest" ? 0 : 1;  // The first cause is useful work.
  let best = first;
  for (let cause = first; cause < shares.length; ++cause)
    if (shares[cause] > shares[best]) best = cause;
  return best;
}

function drawPE(cell, data, layer, choice, row, col) {
  const shares = sharesOf(data, layer, row * data.cols + col);
  const index = causeOf(data, choice, shares);
  const cause = data.causes[index];
  const fixed = choice === cause.key;
  paint(cell, fixed ? mix(shadeOf(cause), shares[index]) : hex(shadeOf(cause)));
  cell.title = `PE (${row}, ${col}): ` + data.causes.map(
    (c, i) => `${c.label} ${percent(shares[i])}`).join(", ");
  cell.addEventListener("mouseenter", () => {
    document.getElementById("map-pe").textContent = cell.title;
  });
  if (data.cols > 24) return;
  if (!fixed) cell.append(line(cause.short));
  cell.append(line(percent(shares[index])));
}

function line(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

// A map has no hatches: white would be seen as nothing.
function shadeOf(cause) {
  return cause.colour === "#FFFFFF" ? "#BFA58A" : cause.colour;
}

function hex(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function mix(colour, share) {
  return hex(colour).map((part) => Math.round(255 - share * (255 - part)));
}

function paint(cell, [red, green, blue]) {
  cell.style.backgroundColor = `rgb(${red}, ${green}, ${blue})`;
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  cell.style.color = light > 128 ? "#000" : "#fff";
}

// What the map shows, as numbers: over the PEs, by cause.
function drawSummary(data, layer) {
  const table = document.getElementById("map-summary");
  table.replaceChildren();
  table.createCaption().textContent = `Share of the slots of a PE, ${layer.name}`;
  const head = table.createTHead().insertRow();
  for (const text of ["cause", "mean", "least", "in PE", "most", "in PE"])
    head.append(heading(text, "col"));
  const body = table.createTBody();
  const all = [...Array(data.rows * data.cols).keys()].map(
    (pe) => sharesOf(data, layer, pe));
  data.causes.forEach((cause, index) => {
    const shares = all.map((pe) => pe[index]);
    const least = shares.reduce((m, s, i) => s < shares[m] ? i : m, 0);
    const most = shares.reduce((m, s, i) => s > shares[m] ? i : m, 0);
    const name = (pe) => `(${Math.floor(pe / data.cols)}, ${pe % data.cols})`;
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const row = body.insertRow();
    const label = heading(cause.label, "row");
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.backgroundColor = shadeOf(cause);
    label.prepend(swatch);
    row.append(label);
    for (const text of [percent(mean), percent(shares[least]), name(least),
                        percent(shares[most]), name(most)]) {
      const cell = row.insertCell();
      cell.className = "number";
      cell.textContent = text;
    }
  });
}

const source = document.getElementById("map-data");
if (source) {
  const data = JSON.parse(source.textContent);
  const layer = document.getElementById("map-layer");
  const cause = document.getElementById("map-cause");
  const draw = () => {
    drawMap(data, data.layers[layer.value], cause.value);
    drawSummary(data, data.layers[layer.value]);
    document.getElementById("map-pe").textContent = "";
  };
  layer.addEventListener("change", draw);
  cause.addEventListener("change", draw);
  // What the address asks for: #layer=NAME&cause=KEY&sort=KEY[&order=ascending]
  const wanted = addressed();
  const named = data.layers.findIndex((one) => one.name === wanted.get("layer"));
  if (named >= 0) layer.value = named;
  if (data.causes.some((one) => one.key === wanted.get("cause")) ||
      wanted.get("cause") === "largest")
    cause.value = wanted.get("cause");
  draw();
}

function addressed() {
  return new URLSearchParams(location.hash.slice(1));
}

function sortAsAddressed() {
  const key = addressed().get("sort");
  const order = addressed().get("order");
  if (key)
    sort(document.getElementById("layer-table"), key,
         order ? order === "ascending" : undefined);
}

sortAsAddressed();
window.addEventListener("hashchange", sortAsAddressed);
