"use strict";
(() => {
  const root = document.documentElement;
  // The lake's page has none.
  const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "[]");
  const drawn = new Map();
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

  const bytes = (n) => {
    const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let unit = 0;
    while (n >= 1024 && unit < units.length - 1) {
      n /= 1024;
      unit++;
    }
    return whole.format(n) + " " + units[unit];
  };
  const hours = (n) => n > 96 ? whole.format(n / 24) + " d" : whole.format(n) + " h";
  const axis = { count: (n) => compact.format(n), bytes, hours };
  const exact = { count: (n) => whole.format(n), bytes, hours };

  // Steps of an axis that are round in the unit they are written in.
  const step = (unit, most) => {
    const one = unit === "bytes" ? 1024 ** Math.max(0, Math.floor(Math.log(most / 2) / Math.log(1024)))
      : unit === "hours" && most > 96 ? 24 : 0;
    if (one === 0 || most === 0) {
      return undefined;
    }
    const rough = most / one / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    return one * power * [1, 2, 5, 10].find((n) => n * power >= rough);
  };

  // Neighbours differ in pattern, too: colour alone tells nothing to some.
  const fill = (context, colour, index) => {
    if (index === 0) {
      return colour;
    }
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = "rgba(255, 255, 255, 0.55)";
    pen.lineWidth = 1.5;
    pen.beginPath();
    if (index === 1 || index === 5) {
      for (const x of [-8, 0, 8]) {
        pen.moveTo(x - 1, 9);
        pen.lineTo(x + 9, -1);
      }
    }
    if (index === 4 || index === 5) {
      for (const x of [-8, 0, 8]) {
        pen.moveTo(x - 1, -1);
        pen.lineTo(x + 9, 9);
      }
    }
    if (index === 3) {
      pen.moveTo(0, 4);
      pen.lineTo(8, 4);
    }
    if (index === 6) {
      pen.moveTo(4, 0);
      pen.lineTo(4, 8);
    }
    pen.stroke();
    if (index === 2) {
      pen.fillRect(2, 2, 3, 3);
    }
    return context.createPattern(tile, "repeat");
  };

  const draw = () => {
    if (charts.length === 0) {
      return;
    }
    const style = getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    Chart.defaults.color = colour("--soft");
    for (const chart of charts) {
      drawn.get(chart.id)?.destroy();
      const canvas = document.getElementById(chart.id);
      const context = canvas.getContext("2d");
      const stacked = chart.series.length > 1;
      const format = exact[chart.unit];
      const most = Math.max(0, ...chart.labels.map((_, i) => chart.series.reduce((sum, one) => sum + one.values[i], 0)));
      drawn.set(chart.id, new Chart(canvas, {
        type: "bar",
        data: {
          labels: chart.labels,
          datasets: chart.series.map((series, i) => ({
            label: series.name,
            data: series.values.map((n) => n || null),
            backgroundColor: fill(context, colour("--s" + i), i),
            borderColor: colour("--card"),
            borderWidth: stacked ? { top: 1 } : 0,
            maxBarThickness: 44,
            categoryPercentage: 0.86,
            barPercentage: 0.96,
            minBarLength: 2,
          })),
        },
        options: {
          animation: false,
          responsive: true,
          maintainAspectRatio: false,
          interaction: { mode: "index", intersect: false },
          scales: {
            x: {
              stacked,
              grid: { display: false },
              border: { color: colour("--line") },
              ticks: { maxRotation: 0, autoSkipPadding: 16, maxTicksLimit: 12 },
            },
            y: {
              stacked,
              beginAtZero: true,
              border: { display: false },
              grid: { color: colour("--line") },
              ticks: { maxTicksLimit: 5, precision: chart.unit === "count" ? 0 : undefined, stepSize: step(chart.unit, most), callback: (n) => axis[chart.unit](n) },
            },
          },
          plugins: {
            legend: { display: stacked, position: "bottom", align: "start", labels: { boxWidth: 16, boxHeight: 11, padding: 14 } },
            tooltip: {
              filter: (item) => !stacked || item.raw > 0,
              callbacks: { label: (item) => " " + format(item.raw) + (chart.unit === "count" ? " " + item.dataset.label : "") },
            },
          },
        },
      }));
    }
  };

  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");
  const show = (theme) => {
    if (theme === "auto") {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = theme;
    }
    document.getElementById("theme-name").textContent = theme;
    draw();
  };
  // A page from a file may have no storage.
  const stored = (write) => {
    try {
      return write ? localStorage.setItem("sluice-theme", write) : localStorage.getItem("sluice-theme");
    } catch {
      return null;
    }
  };
  let theme = themes.includes(stored()) ? stored() : "auto";
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    stored(theme);
    show(theme);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  // Paper is light.
  addEventListener("beforeprint", () => {
    root.dataset.theme = "light";
    draw();
  });
  addEventListener("afterprint", () => show(theme));
  show(theme);
})();
