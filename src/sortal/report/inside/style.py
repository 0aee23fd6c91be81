"""What the page adds to the style of a report: maps, numbers, the window that slides."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
h4{font-size:1rem;margin:1.75rem 0 .4rem}
.stage{padding:0 0 .5rem;border-top:1px solid var(--line);margin:0 0 1.5rem;scroll-margin-top:1rem}
.stage h3{margin:1.25rem 0 .35rem;font:500 1.3125rem/1.25 var(--serif)}
.hero .answer{color:var(--right)}
.seen{display:grid;gap:1.25rem;list-style:none;
grid-template-columns:repeat(auto-fill,minmax(clamp(8rem,22vw,11.5rem),1fr));max-width:50rem}
.seen img,.framed img,.both img{image-rendering:pixelated}
.rows{display:grid;gap:.9rem .45rem;margin:0 0 .75rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}
.each8{gap:.9rem}
.row img,.values,.ramp,.framed img,.units img{aspect-ratio:auto;background:none;border-radius:0;
image-rendering:pixelated}
.row figcaption{display:grid;margin-top:.3rem;font-size:.8125rem;line-height:1.3;gap:0 1.6%}
.of3 figcaption{grid-template-columns:repeat(3,1fr)}
.of8 figcaption{grid-template-columns:repeat(8,1fr);color:var(--muted)}
.row small{display:block;font-size:.75rem}
.key{display:flex;flex-wrap:wrap;gap:.25rem 2rem;justify-content:space-between;align-items:center}
.key p{margin:0 0 .5rem}
.legend{display:flex;gap:.6rem;align-items:center;color:var(--muted);font-size:.8125rem;
margin:.4rem 0 .75rem}
.ramp{width:10rem;height:.7rem;border-radius:2px}
.values{width:100%;max-width:44rem;border-radius:3px}
.way{width:100%;max-width:52rem}
.way th:first-child{min-width:11rem}
@media (min-width:46rem){.way tbody th{white-space:nowrap}}
.softmax tbody th{min-width:9.5rem}
.way td{white-space:nowrap}
td.figure,th.figure{text-align:right;white-space:nowrap}
.walk{margin:0 0 1rem}
.controls{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:end;margin:0 0 1.25rem}
.controls[hidden],.pair[hidden]{display:none}
.controls label{display:grid;gap:.15rem;font-size:.875rem;color:var(--muted)}
.controls input{width:9.5rem;height:2.25rem;accent-color:var(--right);margin:0}
.controls select,.controls button{font:inherit;font-size:.9375rem;min-height:2.25rem;
border-radius:6px;padding:.25rem .75rem;border:1px solid var(--muted);background:var(--card);
color:var(--ink)}
.controls button{background:var(--right);border-color:var(--right);color:var(--paper);
font-weight:600;min-width:6.5rem;cursor:pointer}
.pair{display:grid;gap:1rem 1.75rem;grid-template-columns:1fr 1fr;max-width:46rem;margin:0 0 1rem}
.pair canvas{display:block;width:100%;height:auto;border-radius:4px;touch-action:none;
cursor:crosshair;background:var(--faint)}
.pair figcaption{color:var(--muted)}
.product{display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:center;overflow-x:auto;
margin:0 0 1rem;padding:.25rem}
.op{font-size:1.375rem;color:var(--muted)}
.plane{min-width:0}
.numbers caption{font-size:.8125rem;padding:0 0 .3rem}
.numbers td{border:1px solid var(--line);padding:.3rem .35rem;min-width:3.6rem;text-align:right;
font-size:.9375rem;line-height:1.35}
.numbers strong{color:var(--wrong);text-decoration:underline;text-underline-offset:.2em}
[data-size=large]{display:block}
[data-size=large] .numbers td{font-size:.75rem;min-width:2.9rem;padding:.15rem .25rem}
[data-size=large] .op{display:block;text-align:left;padding:.1rem .5rem}
.outside{background-image:repeating-linear-gradient(45deg,transparent 0 4px,var(--line) 4px 5px)}
.sum{display:flex;flex-wrap:wrap;gap:.35rem .8rem;align-items:start;padding:.9rem 1.1rem;
background:var(--faint);border-radius:8px;width:fit-content}
.sum .op{line-height:1.75rem}
.term{display:inline-grid;justify-items:center}
.term b{font:500 1.375rem/1.75rem var(--serif);font-variant-numeric:lining-nums tabular-nums}
.term small{white-space:nowrap}
.result b,b.result{color:var(--right)}
.pooling{display:grid;gap:1rem 2rem;margin-bottom:1rem}
@media (min-width:56rem){.pooling:not(:has([data-size])){
grid-template-columns:minmax(0,26rem) minmax(0,1fr);align-items:center}}
.framed{position:relative}
.frame{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.frame rect{fill:none;vector-effect:non-scaling-stroke;stroke:#000;stroke-width:5}
.frame .over{stroke:#fff;stroke-width:2}
.units{list-style:none;display:grid;gap:1.5rem 2rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,16.5rem),1fr))}
.units h3{margin:0 0 .4rem}
.units p{margin:0}
.units+.cut{margin-top:1.25rem}
.weighed{font-size:.9375rem}
.softmax,.products{width:100%;max-width:46rem}
.softmax th,.softmax td{padding-top:.4rem;padding-bottom:.4rem;vertical-align:middle}
.bar-cell{width:32%;min-width:5rem}
.bar-cell svg{width:100%;height:.7rem}
@media (max-width:40rem){.pair{gap:.75rem}.controls input{width:7.5rem}
.numbers td{min-width:3.2rem;font-size:.875rem}}
@media (forced-colors:active){.frame rect{stroke:CanvasText}}
@media print{.controls{display:none}.stage,.units li{break-inside:avoid}}
"""
