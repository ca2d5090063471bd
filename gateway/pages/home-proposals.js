const $ = (id) => document.getElementById(id);

const SOURCES = { docker: "Docker", kubernetes: "Kubernetes", mdns: "the local network", file: "a file" };

/** The cards by proposal id; a card that is still true is left alone, so that a choice in it stays. */
const cards = new Map();

/** Shows discovered services; `decide(proposal, "approve" or "dismiss", port)` is called for a click. */
export function showProposals(proposals, decide) {
  const list = $("proposal-list");
  const ids = new Set(proposals.map((proposal) => proposal.id));
  for (const [id, card] of cards) {
    if (ids.has(id) && list.contains(card.item)) continue;
    card.item.remove();
    cards.delete(id);
  }
  for (const proposal of proposals) {
    const { lastSeen: _, ...shown } = proposal;
    const facts = JSON.stringify(shown);
    const card = cards.get(proposal.id);
    if (card?.facts === facts) continue;
    const item = makeCard(proposal, decide);
    if (card) card.item.replaceWith(item);
    else list.append(item);
    cards.set(proposal.id, { item, facts });
  }
  $("proposals").hidden = proposals.length === 0;
}

function makeCard(proposal, decide) {
  const item = $("proposal-template").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(name);
  const { name } = proposal.suggestedApp;
  part("h3").textContent = name;
  const address = `${proposal.detectedScheme}://${proposal.detectedHost}:${proposal.detectedPort}`;
  const source = SOURCES[proposal.source] ?? proposal.source;
  part(".where").textContent = `Found by ${source} at ${address}`;
  part(".address").textContent = `Will open at ${proposal.suggestedRoute.pathBase}`;

  for (const note of proposal.securityNotes) {
    const line = document.createElement("li");
    line.textContent = note;
    part(".notes").append(line);
  }
  part(".notes").hidden = proposal.securityNotes.length === 0;

  const select = part("select");
  for (const { port, scheme, label } of proposal.availablePorts) {
    const text = label ? `${port} (${label}, ${scheme})` : `${port} (${scheme})`;
    const chosen = port === proposal.detectedPort;
    select.append(new Option(text, String(port), chosen, chosen));
  }
  const several = proposal.availablePorts.length > 1;
  part(".port").hidden = !several;

  const buttons = [part(".approve"), part(".dismiss")];
  for (const [at, decision] of ["approve", "dismiss"].entries()) {
    const button = buttons[at];
    button.setAttribute("aria-label", `${button.textContent} ${name}`);
    button.addEventListener("click", async () => {
      for (const each of buttons) each.disabled = true;
      await decide(proposal, decision, several ? Number(select.value) : undefined);
      for (const each of buttons) each.disabled = false;
    });
  }
  return item;
}
