/** The style sheet of the station's own pages. */
export const style = `:root{color-scheme:light dark;--line:#8886;--dim:#666;--wrong:#b3261e}
@media(prefers-color-scheme:dark){:root{--dim:#aaa;--wrong:#ff897d}}
*{box-sizing:border-box}
body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:8vh auto;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.3}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
p,dd,td{overflow-wrap:anywhere}
form{margin:1rem 0}
label{display:block;margin:.75rem 0 .25rem}
input{font:inherit;width:100%;max-width:24rem;padding:.5rem;border:1px solid var(--line);border-radius:.3rem;background:transparent;color:inherit}
button{display:block;font:inherit;padding:.5rem 1.1rem;border:1px solid var(--line);border-radius:.3rem;cursor:pointer;margin:.75rem 0}
:focus-visible{outline:3px solid #3b82f6;outline-offset:2px}
.hint{color:var(--dim);font-size:.9rem;margin:.25rem 0}
.wrong{color:var(--wrong)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}
dt{color:var(--dim)}
dd{margin:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td form,td button{margin:0}
code{font-size:.95em}`;
