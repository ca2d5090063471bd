/** The page shown when a hand-over code cannot be redeemed. `dashboard` is the origin of the API. */
export function enterFailedPage(dashboard: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This link is used up</title>
</head>
<body>
<h1>This link is used up</h1>
<p>It opens an app once and only for a few seconds after it was made. Open the app again from the dashboard.</p>
<p><a href="${escaped(dashboard)}/">Go to the dashboard</a></p>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
