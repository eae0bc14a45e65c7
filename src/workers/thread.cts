/**
 * What Piscina loads in a thread. It does so with `require`, and Node 20 ends the whole process when a thread is ended
 * while it requires an ES module: hence CommonJS, which imports the rest.
 */
const run = async (task: string): Promise<string> => (await import('./thread-task.js')).answerInThread(task)

export = run
