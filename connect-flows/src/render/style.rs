//! The style sheet of a picture: its rules touch nothing outside it.

/// The rules. Colours are variables, so that a page may set others on `.fw-flow`.
pub(super) const STYLE: &str = "\
.fw-flow{--bg:#f7f8fa;--card:#fff;--ink:#1c2430;--dim:#5d6878;--edge:#c9d0da;--line:#64748b;--cond:#2563eb;\
--err:#dc2626;--ok:#15803d;--warn:#b45309;--say:#7c3aed;--ask:#0369a1;--way:#b45309;--run:#be185d;--out:#0f766e;\
--end:#475569;--set:#4d7c0f;background:var(--bg);font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
@media(prefers-color-scheme:dark){.fw-flow{--bg:#12161d;--card:#1d232d;--ink:#e6eaf0;--dim:#9aa6b6;--edge:#3a4454;\
--line:#8b98ab;--cond:#7aa2ff;--err:#ff7b72;--ok:#4ade80;--warn:#fbbf24;--say:#b794ff;--ask:#5cc3f5;--way:#f5a94a;\
--run:#f472b6;--out:#4fd1c5;--end:#a3b0c2;--set:#a3d65c}}\
.fw-flow text{fill:var(--ink);font-size:11px}\
.fw-flow .title{font-size:18px;font-weight:650}.fw-flow .dim{fill:var(--dim)}\
.fw-flow .name{font-size:12px;font-weight:600}.fw-flow .kind{font-size:10.5px;fill:var(--dim)}\
.fw-flow .card{fill:var(--card);stroke:var(--edge)}.fw-flow .ends .card{stroke:var(--end);stroke-width:2}\
.fw-flow .wash{fill:none}.fw-flow .tile{fill:currentColor;fill-opacity:.14}\
.fw-flow .icon{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}\
.fw-flow .say{color:var(--say)}.fw-flow .ask{color:var(--ask)}.fw-flow .way{color:var(--way)}\
.fw-flow .run{color:var(--run)}.fw-flow .out{color:var(--out)}.fw-flow .end{color:var(--end)}\
.fw-flow .set{color:var(--set)}.fw-flow .start{fill:var(--ok)}\
.fw-flow .arrow{color:var(--line)}.fw-flow .arrow.condition{color:var(--cond)}.fw-flow .arrow.error{color:var(--err)}\
.fw-flow .arrow path{fill:none;stroke:currentColor;stroke-width:1.5}\
.fw-flow .arrow .head{fill:currentColor;stroke:none}\
.fw-flow .arrow.error path{stroke-dasharray:5 3}.fw-flow .arrow.error .head{stroke-dasharray:none}\
.fw-flow .arrow .hit{stroke:transparent;stroke-width:9;stroke-dasharray:none}\
.fw-flow .arrow:hover path{stroke-width:3}.fw-flow .arrow:hover .hit{stroke-width:9}\
.fw-flow .label{font-size:10.5px;fill:currentColor}.fw-flow .back{fill:var(--bg)}\
.fw-flow .jump{fill:var(--card);stroke:currentColor;stroke-width:1}.fw-flow .jump-name{font-size:10.5px;fill:currentColor}\
.fw-flow a{cursor:pointer}.fw-flow a:hover .jump{stroke-width:2}.fw-flow :target .card{stroke-width:3}\
.fw-flow .warning .card{stroke:var(--warn);stroke-width:2}.fw-flow .fault .card{stroke:var(--err);stroke-width:2}\
.fw-flow .warning .mark{fill:var(--warn)}.fw-flow .fault .mark{fill:var(--err)}\
.fw-flow .count{fill:var(--bg);font-size:10px;font-weight:700;text-anchor:middle}\
.fw-flow .on .card{stroke:var(--ok);stroke-width:2}.fw-flow .on .wash{fill:var(--ok);fill-opacity:.12}\
.fw-flow .off{opacity:.32}.fw-flow .arrow.on{color:var(--ok)}.fw-flow .arrow.on path{stroke-width:2.4}\
.fw-flow .arrow.on .hit{stroke-width:9}.fw-flow .off:hover{opacity:1}";
