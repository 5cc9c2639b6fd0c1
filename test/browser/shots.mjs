// Screenshots of each screen into docs/screens: phone and desktop, light and dark.
//
//   node shots.mjs [NAME ...]     only these screens
import path from "node:path";
import { fileURLToPath } from "node:url";
import { shooter } from "./shoot.mjs";
import { launch, signIn, start } from "./waymark.mjs";
import { divert, fill, offline, ready } from "./officer/officer.mjs";

const out = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../docs/screens");
const site = await start("--small=false"); // a whole practice area: its evaluation is finished
const only = new Set(process.argv.slice(2));
const browser = await launch();
const save = shooter(out);
const shoot = async (page, name) => { if (!only.size || only.has(name)) await save(page, name); };

// screens are the addresses that a role's screens stand at; link follows the
// first link of that kind on the page before, or on another (from); under goes on
// from the address before, without its end (cut).
const screens = [
  ["officer", [["social-contact", "/police/social-contact"], ["say", "/police/say"], ["my-entries", "/police/contacts"], ["entry", { link: "/police/contacts/con_" }], ["second-look", "/police/review"], ["second-look-entry", { link: "/police/review/hld_" }],
    ["card-shown", "/police/known"], ["thanks", "/police/thanks"], ["own-decisions", "/police/decisions"], ["training", "/police/training"], ["notices-to-me", "/account/notices-to-me"]]],
  ["sergeant", [["approvals", "/police/approvals"], ["team", "/police/team"], ["gaps", "/police/gaps"], ["training-team", "/police/training/team"]]],
  ["custody", [["custody", "/police/custody"]]],
  ["registrar", [["outcomes", "/police/outcomes"]]],
  ["coordinator", [["missed-calls", "/missed-calls"], ["approvals-coordinator", "/partnership/approvals"], ["partnership", "/partnership"], ["partners", "/partnership/partners"], ["partner", { link: "/partnership/partners/org_" }], ["agreements", "/agreements"],
    ["drafts-of-the-policy", "/partnership/policy"], ["draft-of-the-policy", { link: "/partnership/policy/dra_" }], ["decisions", "/partnership/decisions"], ["other-pathways", "/partnership/pathways"],
    ["meetings", "/partnership/meetings"], ["meeting", { link: "/partnership/meetings/mtg_" }], ["lived-experience", "/partnership/lived"], ["proposals", "/proposals"],
    ["fidelity", "/partnership/fidelity"], ["fidelity-round", { link: "/partnership/fidelity/fid_" }], ["figures-publish", "/partnership/publish"], ["waiting", "/partnership/waiting"],
    ["community-referrals", "/partnership/referrals"], ["feedback-list", "/partnership/feedback"], ["complaints", "/partnership/complaints"], ["doors", "/partnership/doors"], ["surveys", "/partnership/surveys"], ["scrutiny", "/partnership/scrutiny"], ["start-of-the-area", "/start"], ["training-everybody", "/partnership/training"]]],
  ["commissioner", [["state-of-the-scheme", "/partnership/figures"], ["fairness", "/partnership/equity"], ["evaluations", "/partnership/evaluations"], ["evaluation", { link: "/partnership/evaluations/" }]]],
  ["evaluator", [["evidence", "/evidence"], ["extract", { link: "/evidence/extracts/" }], ["evaluation-plans", "/evidence/plans"], ["evaluation-plan", { link: "/evidence/plans/evp_" }], ["evaluation-reports", "/evidence/reports"], ["evaluation-report", { link: "/evidence/reports/" }]]],
  ["administrator", [["connectors", "/connectors"]]],
  ["manager", [["today", "/care/today"], ["services", "/services"], ["caseload", "/care/caseload"], ["person", { link: "/care/people/par_" }], ["plan", { under: "/plan" }], ["hand-offs", "/care/hand-offs"], ["hand-off", { link: "/care/hand-offs/ref_" }], ["on-call", "/care/on-call"], ["outreach", "/care/outreach"], ["coming-up", "/care/coming"],
    ["take-with-me", "/care/away"], ["fund", "/care/fund"], ["safety", { link: "/care/people/par_", from: "/care/caseload", under: "/safety" }], ["papers", { under: "/papers", cut: "/safety" }], ["needs", { under: "/needs", cut: "/papers" }], ["legal", { under: "/legal", cut: "/needs" }]]],
  ["supervisor", [["who-has-room", "/care/board"], ["rota", "/care/rota"], ["cover", "/care/cover"], ["supervision", "/care/supervision"], ["what-happened", "/care/incidents"]]],
  ["auditor", [["log", "/audit"]]],
];

try {
  const officer = await signIn(browser, site.url, "officer");
  await ready(officer, site.url);
  await officer.goto(`${site.url}/police/decide`);
  await shoot(officer, "decide");
  await officer.locator("[name=outcome][value=diverted]").check();
  await officer.locator("[name=offence]").first().check();
  await officer.locator("[name=reason_diverted]").first().scrollIntoViewIfNeeded();
  await shoot(officer, "decide-divert");
  await offline(officer, true);
  await fill(officer, divert("NM-26-2201"));
  await officer.getByRole("button", { name: "Save", exact: true }).click();
  await officer.locator("#saved").waitFor();
  await shoot(officer, "saved-without-signal");
  await officer.goto(`${site.url}/police/contacts`);
  await shoot(officer, "no-signal");
  await offline(officer, false);
  await officer.goto(`${site.url}/police/decide`);
  await officer.waitForFunction(() => document.getElementById("outbox").hidden);
  await fill(officer, divert("NM-26-2202"));
  await officer.getByRole("button", { name: "Save", exact: true }).click();
  await officer.locator("#saved-words", { hasText: "LD-" }).waitFor();
  await shoot(officer, "saved");
  await officer.context().close();
  for (const [role, list] of screens) {
    const page = await signIn(browser, site.url, role);
    let at;
    for (const [name, where] of list) {
      if (where.from) await page.goto(site.url + where.from);
      if (typeof where === "string") at = where;
      else if (where.link) at = (await page.locator(`main a[href^="${where.link}"]`).first().getAttribute("href")).split("?")[0];
      if (where.cut) at = at.slice(0, -where.cut.length);
      if (where.under) at += where.under;
      await page.goto(site.url + at);
      await shoot(page, name);
    }
    await page.context().close();
  }
  // What anybody sees, without an account.
  const visitor = await (await browser.newContext()).newPage();
  for (const [name, at] of [["public", "/public"], ["public-easy", "/public/easy"], ["public-cymraeg", "/public/cy"], ["refer", "/refer"], ["feedback", "/feedback"], ["complain", "/complain"]]) {
    await visitor.goto(site.url + at);
    await shoot(visitor, name);
  }
} finally {
  await browser.close();
  await site.stop();
}
