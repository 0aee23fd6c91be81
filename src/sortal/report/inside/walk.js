// One filter at work: moves its window over the picture and writes every number of it.
// All numbers come from the block of data in the page; nothing is fetched.
(() => {
  "use strict";
  const block = document.getElementById("inside-data");
  const root = document.getElementById("walk");
  const walk = block && JSON.parse(block.textContent).walk;
  if (!walk || !root) return;

  const find = (part) => root.querySelector(`[data-part="${part}"]`);
  const control = (name) => document.getElementById(`walk-${name}`);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function bytes(text) {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  }

  function unpack(packed) {
    if (packed.float32) return new Float32Array(bytes(packed.float32).buffer);
    const codes = bytes(packed.codes);
    const tables = new Float32Array(bytes(packed.table).buffer);
    const each = codes.length / (tables.length / 256);
    return Float32Array.from(codes, (code, i) => tables[256 * Math.floor(i / each) + code]);
  }

  const [planes, height, width] = walk.input.shape;
  const [, channels, high, wide] = walk.kernel.shape;
  const [, rows, columns] = walk.output.shape;
  const input = unpack(walk.input), kernel = unpack(walk.kernel), output = unpack(walk.output);
  const [down, across] = walk.strides, [top, left] = walk.before, [gapY, gapX] = walk.spread;
  const at = { filter: 0, row: walk.row, column: walk.column, channel: 0 };

  // Three digits behind the point, fewer where it is large: as the rest of the page.
  function figure(value) {
    const size = Math.abs(value);
    const places = Number.isInteger(value) ? 0 : size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
    const text = size.toLocaleString("en-US", {
      minimumFractionDigits: places, maximumFractionDigits: places });
    return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text;
  }

  // What lies under the window in one of the channels that the filter sees.
  function windowOf(channel) {
    const group = Math.floor(walk.filters[at.filter] / walk.perGroup);
    const plane = group * channels + channel;
    const cells = [];
    for (let i = 0; i < high; i++) for (let j = 0; j < wide; j++) {
      const y = at.row * down - top + i * gapY, x = at.column * across - left + j * gapX;
      const outside = y < 0 || x < 0 || y >= height || x >= width;
      cells.push({ outside, value: outside ? 0 : input[(plane * height + y) * width + x] });
    }
    return cells;
  }

  function weightsOf(channel) {
    const size = high * wide, start = (at.filter * channels + channel) * size;
    return kernel.subarray(start, start + size);
  }

  // Numbers ------------------------------------------------------------------------------------

  function tint(cell, value, most, colour) {
    const share = most ? Math.min(1, Math.abs(value) / most) : 0;
    cell.style.backgroundColor = `rgb(${colour.join(" ")} / ${(0.42 * share).toFixed(3)})`;
  }

  function write(part, values, colourOf) {
    const most = Math.max(...values.map(Math.abs));
    find(part).querySelectorAll("td").forEach((cell, i) => {
      cell.textContent = figure(values[i]);
      tint(cell, values[i], most, colourOf(values[i]));
    });
  }

  const signed = (value) => (value < 0 ? walk.colours.below : walk.colours.above);

  function writeNumbers() {
    const cells = windowOf(at.channel);
    const weights = Array.from(weightsOf(at.channel));
    const seen = cells.map((cell) => cell.value);
    write("window", seen, () => [128, 128, 128]);
    find("window").querySelectorAll("td").forEach((cell, i) => {
      cell.classList.toggle("outside", cells[i].outside);
    });
    write("kernel", weights, signed);
    write("products", seen.map((value, i) => value * weights[i]), signed);
    find("window").querySelector("caption").textContent = `window (${walk.channels[at.channel]})`;
  }

  function term(number, name, kind = "") {
    const span = document.createElement("span");
    span.className = `term ${kind}`.trim();
    for (const [tag, text] of [["b", figure(number)], ["small", name]]) {
      span.appendChild(document.createElement(tag)).textContent = text;
    }
    return span;
  }

  function operator(text) {
    const span = document.createElement("span");
    span.className = "op";
    span.textContent = text;
    return span;
  }

  function sums() {
    return walk.channels.map((_, channel) => {
      const weights = weightsOf(channel);
      return windowOf(channel).reduce((sum, cell, i) => sum + cell.value * weights[i], 0);
    });
  }

  function writeSum() {
    const parts = sums(), bias = walk.bias[at.filter];
    let total = parts.reduce((sum, part) => sum + part, 0) + bias;
    const single = parts.length === 1 || parts.length > walk.terms;
    const terms = single ? [term(total - bias, "products")]
      : parts.map((part, i) => term(part, `products, ${walk.channels[i]}`));
    const row = terms.flatMap((one, i) => (i ? [operator("+"), one] : [one]));
    row.push(operator("+"), term(bias, "bias"));
    if (walk.scale) total = walk.scale[at.filter] * total + walk.shift[at.filter];
    row.push(operator(walk.scale ? "\u2192" : "="));
    row.push(term(total, walk.scale ? "normalised" : "sum"));
    if (walk.ending) {
      const place = (at.filter * rows + at.row) * columns + at.column;
      row.push(operator("\u2192"), term(output[place], walk.ending, "result"));
    }
    find("sum").replaceChildren(...row);
  }

  // Drawings -----------------------------------------------------------------------------------

  const reach = (places, step, before, k, gap, side) =>
    Math.max(0, (places - 1) * step - before + gap * (k - 1) + 1 - side);
  const margin = Math.max(top, left, reach(rows, down, top, high, gapY, height),
    reach(columns, across, left, wide, gapX, width));
  const seenTimes = Math.max(1, Math.ceil(560 / (width + 2 * margin)));
  const answerTimes = Math.max(1, Math.ceil(560 / columns));

  function bitmap(w, h, colourAt) {
    const canvas = document.createElement("canvas");
    canvas.width = w;
    canvas.height = h;
    const context = canvas.getContext("2d"), image = context.createImageData(w, h);
    for (let i = 0; i < w * h; i++) image.data.set(colourAt(i), 4 * i);
    context.putImageData(image, 0, 0);
    return canvas;
  }

  const range = (values) => values.reduce(([low, most], value) =>
    [Math.min(low, value), Math.max(most, value)], [Infinity, -Infinity]);

  function pictureOf(channel) {
    const size = width * height;
    const [low, most] = range(input);
    const code = (value) => (255 * (value - low)) / (most - low || 1);
    const plane = Math.floor(walk.filters[at.filter] / walk.perGroup) * channels + channel;
    const of = planes === 3 ? [0, 1, 2] : [plane, plane, plane];
    return bitmap(width, height, (i) => [...of.map((c) => code(input[c * size + i])), 255]);
  }

  function ramp(share) {
    const anchors = walk.colours.ramp, place = share * (anchors.length - 1);
    const first = Math.min(Math.floor(place), anchors.length - 2), rest = place - first;
    return anchors[first].map((value, i) => value + rest * (anchors[first + 1][i] - value));
  }

  function mapOf() {
    const size = rows * columns;
    const values = output.subarray(at.filter * size, (at.filter + 1) * size);
    const [low, high] = range(values), most = Math.max(-low, high) || 1;
    const reached = filling ? at.row * columns + at.column : Infinity;
    return bitmap(columns, rows, (i) => {
      const fade = i <= reached ? 255 : 64;
      if (low >= 0) return [...ramp(values[i] / most), fade];
      return [...signed(values[i]), fade * (0.08 + 0.92 * Math.abs(values[i] / most) ** 0.7)];
    });
  }

  function draw(part, picture, times, border, box) {
    const canvas = find(part);
    const w = (picture.width + 2 * border) * times, h = (picture.height + 2 * border) * times;
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, w, h);
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, border * times, border * times,
      picture.width * times, picture.height * times);
    let [x, y, boxWide, boxHigh] = box.map((length) => length * times);
    const more = Math.max(0, 16 - Math.min(boxWide, boxHigh)) / 2; // never too small to be seen
    [x, y, boxWide, boxHigh] = [x - more, y - more, boxWide + 2 * more, boxHigh + 2 * more];
    for (const [colour, thick] of [["#000", 7], ["#fff", 3]]) {
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.strokeRect(x, y, boxWide, boxHigh);
    }
  }

  // While it plays the map fills; a position chosen by hand shows the whole map.
  let seen = null, seenOf = "", filling = false;

  function drawBoth() {
    const key = planes === 3 ? "all" : `${at.channel} ${walk.filters[at.filter]}`;
    if (key !== seenOf) [seen, seenOf] = [pictureOf(at.channel), key];
    draw("seen", seen, seenTimes, margin, [
      at.column * across - left + margin, at.row * down - top + margin,
      gapX * (wide - 1) + 1, gapY * (high - 1) + 1]);
    draw("answer", mapOf(), answerTimes, 0, [at.column, at.row, 1, 1]);
    find("answer-text").textContent = `The map of filter ${walk.filters[at.filter] + 1}, ` +
      `${rows} \u00d7 ${columns}` + (filling ? ": pale where the window has not been yet" : "");
  }

  // Moving -------------------------------------------------------------------------------------

  let timer = 0;

  function show() {
    control("row").value = at.row;
    control("column").value = at.column;
    for (const [name, last] of [["row", rows], ["column", columns]]) {
      control(name).setAttribute("aria-valuetext", `${at[name] + 1} of ${last}`);
      find(`${name}-text`).textContent = `${name === "row" ? "Row" : "Column"} ${at[name] + 1}`;
    }
    writeNumbers();
    writeSum();
    drawBoth();
  }

  function choose(row, column) {
    if (timer) stop();
    filling = false;
    move(row, column);
  }

  function move(row, column) {
    at.row = Math.max(0, Math.min(rows - 1, row));
    at.column = Math.max(0, Math.min(columns - 1, column));
    show();
  }

  // On large maps the window takes longer steps, so that one row takes about four seconds.
  const stepX = Math.ceil(columns / 32), stepY = Math.ceil(rows / 32);

  function next() {
    filling = true;
    if (at.column + stepX < columns) move(at.row, at.column + stepX);
    else if (at.row + stepY < rows) move(at.row + stepY, 0);
    else finish();
  }

  // The last position is reached: the map is whole again.
  function finish() {
    stop();
    filling = false;
    move(rows - 1, columns - 1);
  }

  const button = root.querySelector('[data-do="play"]');

  function stop() {
    clearInterval(timer);
    timer = 0;
    button.textContent = calm.matches ? "Next position" : "Play";
    find("sum").setAttribute("aria-live", "polite");
  }

  function play() {
    find("sum").setAttribute("aria-live", "off");
    button.textContent = "Pause";
    filling = true;
    if (at.row + stepY >= rows && at.column + stepX >= columns) move(0, 0);
    timer = setInterval(next, 130);
  }

  button.addEventListener("click", () => {
    if (timer) stop();
    else if (calm.matches) next();
    else play();
  });
  calm.addEventListener("change", stop);

  control("row").addEventListener("input", (event) => choose(+event.target.value, at.column));
  control("column").addEventListener("input", (event) => choose(at.row, +event.target.value));
  control("filter").addEventListener("change", (event) => {
    at.filter = +event.target.value;
    show();
  });
  if (control("channel")) control("channel").addEventListener("change", (event) => {
    at.channel = +event.target.value;
    show();
  });

  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function place(event, part) {
    const canvas = find(part), box = canvas.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
  }

  function point(event, part) {
    const [y, x] = place(event, part);
    if (part === "answer") return choose(Math.floor(y * rows), Math.floor(x * columns));
    const row = y * (height + 2 * margin) - margin + top - (gapY * (high - 1) + 1) / 2;
    const column = x * (width + 2 * margin) - margin + left - (gapX * (wide - 1) + 1) / 2;
    return choose(Math.round(row / down), Math.round(column / across));
  }

  for (const part of ["seen", "answer"]) {
    const canvas = find(part);
    canvas.addEventListener("keydown", (event) => {
      const by = arrows[event.key];
      if (!by) return;
      event.preventDefault();
      choose(at.row + by[0], at.column + by[1]);
    });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      point(event, part);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) point(event, part);
    });
  }

  root.querySelectorAll("[hidden]").forEach((part) => { part.hidden = false; });
  stop();
  show();
})();
