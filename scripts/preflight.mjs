// Runs before build, start and test. Plain JavaScript on purpose: an old Node must still be able to read it.
const oldestMajor = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major < oldestMajor) {
  const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');
  console.error(
    chinese
      ? `Modelward 需要 Node ${oldestMajor} 或更高版本,当前为 ${process.version}(${process.execPath})。请运行 "npm ci"(不要加 --omit=optional),它会把 Node ${oldestMajor} 装进 node_modules;在 macOS 上请自行安装 Node ${oldestMajor}。`
      : `Modelward needs Node ${oldestMajor} or newer, but this is ${process.version} (${process.execPath}). Run "npm ci" without --omit=optional: it puts Node ${oldestMajor} into node_modules; on macOS install Node ${oldestMajor} yourself.`,
  );
  process.exit(1);
}
