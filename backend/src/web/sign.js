// The box for the signature. Points are in 0.01 mm of a box 100 mm wide and 40 mm high.
(function () {
  var pad = document.getElementById("pad"), field = document.getElementById("strokes");
  if (!pad || !field) { return; }
  var pen = pad.getContext("2d"), strokes = [], current = null, began = 0;
  pen.lineWidth = 8; pen.lineCap = "round"; pen.lineJoin = "round";

  function point(event) {
    var touch = event.touches ? event.touches[0] : event, box = pad.getBoundingClientRect();
    if (!began) { began = Date.now(); }
    var x = Math.round((touch.clientX - box.left) / box.width * 10000);
    var y = Math.round((touch.clientY - box.top) / box.height * 4000);
    return [Math.max(0, Math.min(10000, x)), Math.max(0, Math.min(4000, y)), Date.now() - began];
  }
  function down(event) {
    event.preventDefault();
    current = [point(event)];
    strokes.push(current);
    pen.beginPath();
    pen.moveTo(current[0][0] / 10, current[0][1] / 10);
  }
  function move(event) {
    if (!current) { return; }
    event.preventDefault();
    var next = point(event);
    current.push(next);
    pen.lineTo(next[0] / 10, next[1] / 10);
    pen.stroke();
  }
  function up() { current = null; }

  pad.addEventListener("mousedown", down);
  pad.addEventListener("mousemove", move);
  document.addEventListener("mouseup", up);
  pad.addEventListener("touchstart", down, false);
  pad.addEventListener("touchmove", move, false);
  pad.addEventListener("touchend", up, false);
  document.getElementById("again").addEventListener("click", function () {
    strokes = []; began = 0;
    pen.clearRect(0, 0, pad.width, pad.height);
  });
  field.form.addEventListener("submit", function (event) {
    if (!strokes.length) { event.preventDefault(); return; }
    field.value = JSON.stringify(strokes);
  });
})();
