/// How a report looks: light and dark, wide and narrow, on screen and on paper.
enum StyleSheet {
    static let text: StaticString = """
        :root{color-scheme:light dark;--page:#f7f7f5;--card:#fff;--ink:#1b1b1a;--soft:#5d5c58;--rule:#e3e2de;--axis:#a9a8a2;
        --good:#0a7a3d;--bad:#c0262d;--band:#e3494826;--c0:#2a78d6;--c1:#d9662b;--c2:#1b9a72;--c3:#a87900;--c4:#5b4cc4;
        --c5:#c94f86;--c6:#3f7f1f;--c7:#7a6a5a}
        @media (prefers-color-scheme:dark){:root{--page:#151514;--card:#1f1f1d;--ink:#f0efeb;--soft:#aaa9a2;--rule:#363531;
        --axis:#6d6c66;--good:#4cc38a;--bad:#ff7b7b;--band:#e6676738;--c0:#5aa2f2;--c1:#f08a52;--c2:#3fc79a;--c3:#d9a520;
        --c4:#a397f5;--c5:#ee86b4;--c6:#8ac25c;--c7:#b9a893}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main,header,footer{max-width:1240px;margin:0 auto;padding:0 20px}
        header{padding-top:28px}
        h1{font-size:26px;line-height:1.25;margin:0 0 6px}
        h2{font-size:19px;margin:36px 0 12px}
        h3{font-size:15px;margin:0 0 2px}
        p{margin:4px 0 10px}
        .soft{color:var(--soft)}
        .badge{display:inline-block;padding:1px 12px;border-radius:99px;font-size:16px;vertical-align:3px;color:var(--card);
        background:var(--good)}
        .badge.bad{background:var(--bad)}
        .good{color:var(--good)} td.bad,p.bad{color:var(--bad);font-weight:600}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:18px 0 0;padding:0}
        .tile,figure,.card{background:var(--card);border:1px solid var(--rule);border-radius:10px}
        .tile{padding:10px 14px}
        .tile dt{color:var(--soft);font-size:13px}
        .tile dd{margin:0;font-size:21px;font-weight:600;font-variant-numeric:tabular-nums}
        .card{padding:6px 14px;margin-bottom:16px}
        .words th:last-child{text-align:left}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
        th,td{text-align:right;padding:6px 10px;border-bottom:1px solid var(--rule);white-space:nowrap}
        th:first-child,td:first-child{text-align:left}
        th{color:var(--soft);font-weight:500}
        tr:last-child td{border-bottom:0}
        td.long{white-space:normal;text-align:left;overflow-wrap:anywhere;min-width:220px}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,470px),1fr));gap:16px}
        figure{margin:0;padding:14px 16px 10px;min-width:0}
        figcaption p{color:var(--soft);font-size:13px;margin:0 0 6px}
        .legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:0 0 4px;padding:0;list-style:none;font-size:13px;color:var(--soft)}
        .legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
        svg.chart{display:block;width:100%;height:auto}
        svg text{font-size:13px;fill:var(--soft);font-family:inherit}
        svg .note{fill:var(--ink);font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
        .end{text-anchor:end} .mid{text-anchor:middle}
        .grid{stroke:var(--rule);fill:none} .axis{stroke:var(--axis);fill:none}
        .mark{stroke:var(--axis);fill:none;stroke-dasharray:4 4}
        .dot{fill:var(--c0);stroke:var(--card);stroke-width:1.5}
        .band{fill:var(--band)}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .line.c0{stroke:var(--c0)} .line.c1{stroke:var(--c1)} .line.c2{stroke:var(--c2)} .line.c3{stroke:var(--c3)}
        .line.c4{stroke:var(--c4)} .line.c5{stroke:var(--c5)} .line.c6{stroke:var(--c6)} .line.c7{stroke:var(--c7)}
        .bar.c0{fill:var(--c0)} .bar.c1{fill:var(--c1)} .bar.c2{fill:var(--c2)} .bar.c3{fill:var(--c3)}
        .bar.c4{fill:var(--c4)} .bar.c5{fill:var(--c5)} .bar.c6{fill:var(--c6)} .bar.c7{fill:var(--c7)}
        i.c0{background:var(--c0)} i.c1{background:var(--c1)} i.c2{background:var(--c2)} i.c3{background:var(--c3)}
        i.c4{background:var(--c4)} i.c5{background:var(--c5)} i.c6{background:var(--c6)} i.c7{background:var(--c7)}
        i.band{background:var(--band)} i.bad{background:var(--bad)} i.off{background:var(--axis)}
        .map{background:var(--page);border-radius:8px}
        .dots{fill:none;stroke-linecap:round;opacity:.75}
        .dots.c0{stroke:var(--c0)} .dots.c1{stroke:var(--c1)} .dots.c2{stroke:var(--c2)} .dots.c3{stroke:var(--c3)}
        .dots.c4{stroke:var(--c4)} .dots.c5{stroke:var(--c5)} .dots.c6{stroke:var(--c6)} .dots.c7{stroke:var(--c7)}
        .dots.s0{stroke-width:4} .dots.s1{stroke-width:6} .dots.s2{stroke-width:8.5}
        .dots.off{stroke:var(--axis);stroke-width:4} .dots.bad{stroke:var(--bad);stroke-width:9;opacity:1}
        details{margin-top:4px;font-size:13px} summary{cursor:pointer;color:var(--soft)}
        details table{font-size:13px} details th,details td{padding:3px 8px}
        pre{background:var(--page);border:1px solid var(--rule);border-radius:8px;padding:10px 12px;overflow-x:auto;font-size:13px}
        nav{display:flex;flex-wrap:wrap;gap:8px;margin:10px 0 14px}
        nav a{padding:3px 12px;border:1px solid var(--rule);border-radius:99px;background:var(--card);color:var(--ink);
        text-decoration:none}
        nav a.fail{border-color:var(--bad)} nav a.on{background:var(--c0);border-color:var(--c0);color:var(--card)}
        .js .run{display:none} .js .run.on{display:block}
        #tip{position:fixed;left:12px;right:12px;bottom:12px;margin:0 auto;max-width:640px;padding:8px 14px;border-radius:8px;
        background:var(--ink);color:var(--page);font-size:14px;text-align:center;pointer-events:none}
        footer{color:var(--soft);font-size:13px;padding-top:28px;padding-bottom:40px}
        @media (max-width:620px){main,header,footer{padding-left:10px;padding-right:10px} figure{padding:12px 10px 8px}
        svg text{font-size:19px} svg .odd{display:none} th,td{padding:6px}}
        @media print{.js .run{display:block} #tip,nav{display:none}}
        """

    /// Shows one run at a time and the value below the pointer. Without it all runs stand one below the other, and values
    /// are in the tables.
    static let script: StaticString = """
        (function () {
          var root = document.documentElement, tip = document.getElementById("tip");
          var runs = Array.from(document.querySelectorAll(".run")), links = Array.from(document.querySelectorAll("nav a"));
          function show() {
            var id = location.hash.slice(1);
            var run = runs.find(function (r) { return r.id === id; }) || runs[0];
            runs.forEach(function (r) { r.classList.toggle("on", r === run); });
            links.forEach(function (a) { a.classList.toggle("on", a.hash.slice(1) === run.id); });
          }
          if (runs.length) { root.classList.add("js"); show(); addEventListener("hashchange", show); }
          document.querySelectorAll("svg[data-hover]").forEach(function (svg) {
            var points = svg.dataset.hover.split("\\u00a6").map(function (p) {
              var i = p.indexOf("|");
              return { x: Number(p.slice(0, i)), text: p.slice(i + 1) };
            });
            svg.addEventListener("pointermove", function (event) {
              var box = svg.getBoundingClientRect(), x = (event.clientX - box.left) * 640 / box.width;
              tip.textContent = points.reduce(function (a, b) {
                return Math.abs(a.x - x) > Math.abs(b.x - x) ? b : a;
              }).text;
              tip.hidden = false;
            });
            svg.addEventListener("pointerleave", function () { tip.hidden = true; });
          });
        })();
        """
}
