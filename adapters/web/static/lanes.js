// Which column does each version stand in? As in a git log: a line goes straight on, a branch gets a lane of its own.

export function layout(versions) {
  const row = new Map(versions.map((version, index) => [version.number, index]));
  const lane = new Map();
  const tips = []; // of each lane: the row of its last version
  const edges = [];
  versions.forEach((version, index) => {
    const from = row.get(version.parent);
    let own;
    if (from === undefined) {
      own = free(tips, index);
    } else if (tips[lane.get(version.parent)] === from) {
      own = lane.get(version.parent);
    } else {
      own = free(tips, from);
    }
    tips[own] = index;
    lane.set(version.number, own);
    if (from !== undefined) edges.push({ from, to: index, start: lane.get(version.parent), end: own });
  });
  return { row, lane, edges, width: tips.length };
}

// The first lane that nothing stands in from a row on.
function free(tips, row) {
  const found = tips.findIndex((tip) => tip < row);
  return found === -1 ? tips.length : found;
}
