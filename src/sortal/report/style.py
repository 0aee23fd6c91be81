"""The style of a report: system fonts, two schemes of colour, phone, desk and paper.

Everything a rule needs is in the page itself: no font, picture or sheet is fetched. A browser
that does not know popovers shows the pictures of the matrix below it, one after the other.
"""

from __future__ import annotations

from typing import Final

from sortal.report.palette import DARK, LIGHT, variables

_BASE: Final = """
*,*::before,*::after{box-sizing:border-box}
html{color-scheme:light dark;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",
sans-serif;
font-variant-numeric:lining-nums tabular-nums}
body>header,body>footer,.columns{max-width:76rem;margin:0 auto;padding:0 clamp(1rem,4vw,3rem)}
p,li,dd,figcaption{overflow-wrap:anywhere;text-wrap:pretty}
p{margin:0 0 1rem;max-width:66ch}
h1,h2,h3{line-height:1.25;text-wrap:balance;overflow-wrap:anywhere;margin:0}
h2{font:500 1.875rem/1.2 var(--serif);margin-bottom:1.25rem}
h3{font-size:1.0625rem;margin:2rem 0 .5rem}
small{color:var(--muted);font-size:.8125rem;font-weight:400}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;
overflow-wrap:anywhere}
ul,ol{padding:0;margin:0}
figure{margin:0}
img,.blank{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:var(--faint);
border-radius:4px}
.blank{display:grid;place-items:center;color:var(--muted);font-size:.8125rem}
svg{display:block;max-width:100%;height:auto}
svg text{fill:var(--muted);font-size:11px;font-family:inherit}
a{color:var(--right);text-underline-offset:.2em;text-decoration-thickness:1px}
:focus-visible{outline:3px solid var(--right);outline-offset:2px;border-radius:2px}
main:focus{outline:none}
.skip{position:absolute;left:1rem;top:-4rem;padding:.5rem 1rem;background:var(--card);z-index:3}
.skip:focus{top:1rem}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
bdi{unicode-bidi:isolate}
"""

_HEAD: Final = """
body>header{padding-top:clamp(1.5rem,5vw,4rem)}
.eyebrow{color:var(--muted);margin:0 0 .25rem;font-size:.9375rem}
h1{font-size:1.25rem;font-weight:600;display:-webkit-box;-webkit-line-clamp:3;
-webkit-box-orient:vertical;overflow:hidden}
.hero{display:grid;gap:1.5rem 4rem;align-items:end;margin:clamp(1.25rem,4vw,2.75rem) 0}
.headline{font:500 clamp(1.875rem,1.2rem + 2.9vw,3.375rem)/1.14 var(--serif);max-width:21ch;
letter-spacing:-.012em;text-wrap:balance;margin-bottom:1.25rem}
.rest{color:var(--muted);margin-bottom:.35rem;max-width:58ch}
.waffle{max-width:27rem}
.waffle svg{width:100%}
.waffle figcaption{color:var(--muted);font-size:.9375rem;margin-top:.75rem}
.full{fill:var(--right)}
.cross{fill:none;stroke:var(--wrong);stroke-width:1.1}
.warnings{background:var(--warn);color:var(--warn-ink);border-radius:8px;padding:1.1rem 1.25rem;
margin:0 0 2.5rem}
.warnings ul{list-style:none;display:grid;gap:.75rem}
.warnings li{display:grid;grid-template-columns:1.5rem 1fr;gap:.75rem}
.warnings p{margin:0;max-width:76ch}
.sign{margin-top:.1rem}
.strip img{object-fit:cover}
.strip{list-style:none;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(clamp(5.25rem,15vw,7.5rem),1fr));margin:0 0 1rem}
.tiles{list-style:none;display:grid;gap:0 2rem;margin:0 0 1.5rem;max-width:56rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,23rem),1fr))}
.tiles a{display:grid;grid-template-columns:4.5rem 1fr;align-items:baseline;padding:.7rem 0;
border-top:1px solid var(--line);color:var(--ink);text-decoration:none}
.tiles a:hover{color:var(--right)}
.tiles b{font:500 1.75rem/1 var(--serif);color:var(--right)}
"""

_LAYOUT: Final = """
.columns{padding-top:1.5rem}
nav{font-size:.9375rem;border-top:1px solid var(--line);padding:1rem 0 0}
nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
nav a{display:inline-block;padding:.2rem 0;color:var(--muted);text-decoration:none}
nav a:hover{color:var(--right);text-decoration:underline}
main{min-width:0}
main>section{padding:clamp(2rem,5vw,3.25rem) 0 0}
main>section:first-child{padding-top:2rem}
body>footer{margin-top:4rem;padding-bottom:3rem;color:var(--muted);font-size:.875rem}
body>footer p{border-top:1px solid var(--line);padding-top:1.25rem;max-width:none}
@media (min-width:46rem){.hero{grid-template-columns:minmax(0,1fr) minmax(15rem,22rem)}
.hero:has(>:only-child){grid-template-columns:1fr}}
@media (min-width:66rem){.columns{display:grid;grid-template-columns:12.5rem minmax(0,1fr);
gap:0 3.5rem;align-items:start}
nav{position:sticky;top:0;padding-top:2rem;border:0;max-height:100vh;overflow:auto}
nav ol{display:block}
nav li{padding:.2rem 0}}
"""

_TABLES: Final = """
.scroll{overflow-x:auto;margin:0 0 1rem;scrollbar-width:thin}
table{border-collapse:collapse}
caption{text-align:left;caption-side:top;color:var(--muted);font-size:.9375rem;padding:0 0 .75rem;
}
caption span{display:block;position:sticky;left:0;width:min(66ch,100vw - 2.5rem)}
th,td{text-align:left;padding:.55rem 1.25rem .55rem 0;vertical-align:top;font-weight:400}
thead th{color:var(--muted);font-size:.875rem;vertical-align:bottom}
tbody tr,.facts>div{border-top:1px solid var(--line)}
tbody th{font-weight:600}
th small{display:block}
.figure{text-align:right;white-space:nowrap}
.figure small{display:block}
.scores,.kinds{width:100%}
.scores tbody th{min-width:8rem}
.scores b{font-size:1.25rem;line-height:1.2}
.scores td small{display:block;white-space:nowrap}
.scores tr>:last-child{width:45%;min-width:8.5rem;padding-right:0}
.scores td:last-child{vertical-align:middle}
.rungs tr>:nth-child(3){width:30%;min-width:8.5rem}
.rungs tr>:last-child{width:auto;min-width:0}
.rungs td:last-child{vertical-align:top}
.kinds tbody th{min-width:7.5rem;max-width:15rem;overflow-wrap:anywhere}
.kinds bdi,.faults bdi{display:inline-block}
.measured{min-width:8.25rem}
.measured span{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:baseline}
.measured small{white-space:nowrap}
.none{color:var(--muted)}
.faults th,.faults td{min-width:9rem;overflow-wrap:anywhere;font-size:.9375rem}
.faults th{max-width:22rem}
.plain th,.plain td{padding:.25rem 1.5rem .25rem 0;font-size:.9375rem}
.line{overflow:visible;width:calc(100% - 18px);margin:0 9px;height:24px}
thead .line{height:14px}
.grid{stroke:var(--line);fill:none}
.whisker{stroke:var(--right);stroke-width:2.5;fill:none}
.dot{fill:var(--right)}
.tick{stroke:var(--wrong);stroke-width:2.5;fill:none}
.ideal{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:5 5;fill:none}
.curve{stroke:var(--right);stroke-width:2;fill:none}
svg .axis{font-size:12px}
.beside{display:grid;gap:1.5rem 3rem}
.beside h3:first-child{margin-top:0}
.plot{width:100%;max-width:26rem}
.beside figcaption{color:var(--muted);font-size:.9375rem;max-width:26rem;margin-top:.5rem}
@media (max-width:46rem){th,td{padding-right:.8rem}}
@media (min-width:56rem){.beside{grid-template-columns:minmax(17rem,23rem) minmax(0,1fr)}}
.facts{margin:0 0 1.25rem;max-width:60rem}
.facts>div{display:grid;gap:0 1.5rem;padding:.55rem 0}
.facts dt{color:var(--muted);overflow-wrap:anywhere}
.facts dd{margin:0}
@media (min-width:40rem){.facts>div{grid-template-columns:minmax(9rem,15rem) minmax(0,1fr)}}
summary{cursor:pointer;padding:.5rem 0;color:var(--right);max-width:66ch}
.notes{padding-left:1.25rem;margin-bottom:1rem}
"""

_MATRIX: Final = """
.matrix{border-spacing:3px;border-collapse:separate;font-size:.9375rem}
.matrix tbody tr{border:0}
.matrix td{padding:0;min-width:4.25rem;height:3.25rem;text-align:center;vertical-align:middle;
background:var(--faint);color:var(--muted);border-radius:3px}
.matrix small{display:block;color:inherit}
.matrix tbody th{position:sticky;left:0;z-index:1;background:var(--paper);
padding:.25rem .75rem .25rem 0;vertical-align:middle}
.matrix tbody th>span{display:block;max-width:min(12rem,30vw);overflow:hidden;
text-overflow:ellipsis;white-space:nowrap}
.matrix thead th{padding:0 0 .4rem;text-align:center;color:var(--ink)}
.matrix .turned{writing-mode:vertical-rl;transform:rotate(180deg);display:inline-block;
max-height:10rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;line-height:1.3}
.matrix .corner{background:none;color:var(--muted);font-size:.8125rem;vertical-align:bottom;
text-align:left;height:auto;padding:0 .75rem .4rem 0}
.corner span{display:block;white-space:nowrap}
.matrix .sum{background:none;color:var(--muted);min-width:3rem}
.matrix .hit{box-shadow:inset 0 0 0 2px var(--right)}
.matrix button{font:inherit;color:inherit;background:none;border:0;padding:0;width:100%;height:100%;
min-height:3.25rem;cursor:pointer;position:relative;border-radius:3px}
.matrix button b{text-decoration:underline dotted;text-underline-offset:.22em;
text-decoration-thickness:1.5px}
.matrix button:hover{box-shadow:inset 0 0 0 2px currentColor}
.middle td{min-width:3.1rem;height:2.75rem}
.middle button{min-height:2.75rem}
.small{font-size:.75rem;border-spacing:1px}
.small button b{text-underline-offset:.12em;text-decoration-thickness:1px}
.small td,.small button{min-width:2.25rem;height:2.1rem;min-height:2.1rem;line-height:1.2}
.small small{font-size:.625rem}
.small .turned{max-height:9.5rem}
.small tbody th>span{max-width:min(9rem,30vw)}
.confused{list-style:none;max-width:44rem}
.confused li{padding:.6rem 0;border-top:1px solid var(--line);display:flex;gap:1rem;
justify-content:space-between;align-items:baseline}
.confused button,.close{font:inherit;font-size:.9375rem;color:var(--right);background:none;
border:1px solid currentColor;border-radius:999px;padding:.15rem .9rem;cursor:pointer;flex:none}
.confused button:hover,.close:hover{background:var(--faint)}
@supports selector(:popover-open){
.panel[popover]{position:fixed;inset:0;margin:auto;width:min(60rem,94vw);height:fit-content;
max-height:88vh;overflow:auto;padding:1.25rem 1.5rem 1.5rem;border:0;border-radius:10px;
background:var(--card);color:var(--ink);box-shadow:0 1rem 4rem rgb(0 0 0/.35)}}
.panel::backdrop{background:rgb(10 14 18/.6)}
.bar{display:flex;gap:1rem;justify-content:space-between;align-items:start;margin-bottom:1rem}
.bar h3{margin:0;font:500 1.375rem/1.25 var(--serif)}
""" + "".join(
    f".matrix .{ramp}{step}{{background:var(--{ramp}{step});"
    f"color:var(--{'ink' if step < 5 else 'paper'})}}"
    for ramp in "rw"
    for step in range(1, 7)
)

_PICTURES: Final = """
.gallery{list-style:none;display:grid;gap:1.25rem 1rem;margin:0 0 1rem;
grid-template-columns:repeat(auto-fill,minmax(9.25rem,1fr))}
figcaption{margin-top:.4rem;font-size:.875rem;line-height:1.4}
figcaption p{margin:0}
.note,.kind{display:block}
.kind{font-weight:600;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;
overflow:hidden}
.file{color:var(--muted);font-size:.8125rem;display:-webkit-box;-webkit-line-clamp:3;
-webkit-box-orient:vertical;overflow:hidden}
.note strong,.called strong{overflow-wrap:anywhere}
.cut{color:var(--muted);font-size:.9375rem}
.mistakes,.pairs{list-style:none;display:grid;gap:2rem 2.5rem;margin:0 0 1rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}
.both{display:grid;grid-template-columns:1fr 1fr;gap:.5rem}
.mistakes img{aspect-ratio:auto;max-height:18rem}
.mistakes figcaption{font-size:.9375rem}
.called{color:var(--wrong)}
.why{color:var(--muted);font-size:.875rem;margin:.35rem 0 0}
.amber,.blue{border-bottom:3px solid #ff8a00}
.blue{border-color:#3478f6}
"""

_PAPER: Final = """
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media (forced-colors:active){.full{fill:CanvasText}.hit{outline:2px solid}}
.paper{display:none}
@media print{
@page{margin:16mm 15mm}
html{font-size:8.5pt}
nav,.skip,.screen,.close,.confused button{display:none}
.paper{display:block}
body>header,.columns,body>footer{max-width:none;padding-left:0;padding-right:0}
body>header{padding-top:0}
.columns{display:block}
.hero{grid-template-columns:1fr 6.5cm;gap:1cm}
.headline{font-size:26pt}
h2,h3{break-after:avoid}
figure,tr,.facts>div,.mistakes li,.pairs li,.gallery li,.warnings li,.scroll:has(.scores),
.scroll:has(.matrix),.plain{break-inside:avoid}
thead{break-after:avoid}
tbody tr:first-child{break-before:avoid}
details::details-content{content-visibility:visible;block-size:auto}
summary{color:var(--ink);list-style:none;break-after:avoid}
.scroll{overflow:visible}
.matrix td,.full,.warnings,.dot{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.matrix td{min-width:9mm}
.matrix td,.matrix button{height:9mm;min-height:0}
.matrix.middle{font-size:5pt;border-spacing:.2mm}
.matrix.middle td{min-width:0;width:5mm}
.matrix.middle td,.matrix.middle button{height:5mm}
.matrix.middle small{font-size:4pt}
.matrix.middle tbody th>span{max-width:18mm}
.scroll:has(.matrix.small){display:none}
.panels{display:flex;flex-wrap:wrap;gap:4mm 8mm;margin-top:4mm}
.panel[popover]{display:none;position:static;width:auto;margin:0;max-height:none;padding:0;
box-shadow:none;overflow:visible;background:none}
.printed[popover]{display:block}
.bar{margin:0 0 2mm}
.bar h3{font-size:9.5pt}
.panel .gallery{display:flex;flex-wrap:wrap;gap:3mm;margin:0}
.panel .gallery li{width:21mm}
.strip{grid-template-columns:repeat(6,1fr)}
.gallery{grid-template-columns:repeat(6,1fr);gap:4mm}
.mistakes{grid-template-columns:repeat(2,1fr);gap:6mm}
.pairs{grid-template-columns:repeat(3,1fr);gap:6mm}
.file{-webkit-line-clamp:2}
}
"""

_SERIF: Final = (
    '--serif:"Iowan Old Style","Palatino Nova","Palatino Linotype",Palatino,"URW Palladio L",'
    'P052,"Source Serif 4",Georgia,"Liberation Serif",serif;'
)

CSS: Final = (
    f":root{{{_SERIF}{variables(LIGHT)}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"
    + _BASE
    + _HEAD
    + _LAYOUT
    + _TABLES
    + _MATRIX
    + _PICTURES
    + _PAPER
).replace("\n", "")
"""The whole style sheet. Paper is always light."""
