/**
 * What the page of a link does in an office: one attempt when its button is pressed, whose outcome goes with the form. It waits for nothing and tries nothing before that.
 *
 * The browser tells a page as little as it can: an answer is opaque (`no-cors`), and of a failure it says nothing. What is known
 * beyond that is the policy of the page: it allows the one origin that is tried, so that it is broken for that origin only by a
 * redirect to another one, and that is an answer (CSP Level 3 §4.1.2: the URL of before the redirect is reported).
 */
export const OFFICE_SCRIPT = `const state=document.getElementById('state');
const place=document.getElementById('place');
async function attempt(url,patience){
const origin=new URL(url).origin;
let away=false,late=false;
const note=(event)=>{try{if(event.effectiveDirective==='connect-src'&&new URL(event.blockedURI).origin===origin)away=true}catch{}};
document.addEventListener('securitypolicyviolation',note);
const stop=new AbortController();
const clock=setTimeout(()=>{late=true;stop.abort()},patience);
const start=performance.now();
const spent=()=>Math.max(0,Math.round(performance.now()-start));
let saw='answered',ms=0;
try{await fetch(url,{mode:'no-cors',credentials:'omit',redirect:'follow',cache:'no-store',referrerPolicy:'no-referrer',signal:stop.signal});ms=spent()}
catch{ms=spent();if(late)saw='silent';else{await new Promise((done)=>setTimeout(done,300));saw=away?'redirected':'failed'}}
clearTimeout(clock);
document.removeEventListener('securitypolicyviolation',note);
return {saw,ms}}
let busy=false;
document.addEventListener('submit',async(event)=>{
event.preventDefault();
if(busy)return;
busy=true;
const form=event.target,said=event.submitter&&event.submitter.dataset.saw;
for(const button of document.querySelectorAll('button'))button.disabled=true;
let told={saw:said};
if(!said){state.textContent=state.dataset.trying;told=await attempt(form.dataset.url,Number(form.dataset.patience))}
const to=new URL(form.action);
to.searchParams.set('saw',told.saw);
if(told.ms!==undefined)to.searchParams.set('ms',String(told.ms));
if(place&&place.value.trim())to.searchParams.set('place',place.value.trim().slice(0,place.maxLength));
form.action=to.href;
form.submit()});
addEventListener('pageshow',(event)=>{if(event.persisted)location.reload()});`;
