import { categories, categoryLabels, languages, urgencies, urgencyLabels } from './labels.ts';
import type { ModelFigures } from './make-model.ts';
import type { Accuracy, Shares } from './measure-accuracy.ts';

const languageNames = { en: 'English', zh: 'Chinese' } as const;

/** resources/models/README.md: every figure in it comes from the run that made the file. */
export function modelCard(figures: ModelFigures): string {
  const { recipe, training, accuracy, examples, answers } = figures;
  const { shape, optimizer, learningRate } = recipe;
  return `# Modelward Help Desk

<!-- Written by "npm run train:sample" (scripts/sample-model/model-card.ts). -->

A language model of ${(figures.parameterCount / 1e6).toFixed(2)} million weights that sorts tickets of a hospital's IT help desk into ${categories.length} categories and
${urgencies.length} urgencies, in English and Chinese, and answers in one sentence. Modelward brings it along so that a first run, the guides and the
tests work on a machine with no network and no other model. It was trained from scratch by Modelward's own trainer.

| | |
|---|---|
| File | \`${figures.file}\`, ${figures.sizeBytes.toLocaleString('en')} bytes, SHA-256 \`${figures.sha256}\` |
| Architecture | llama: ${shape.layers} layers, embedding ${shape.embedding}, ${shape.heads} heads (${shape.headsKv} for keys and values), feed-forward ${shape.feedForward}, context ${shape.context}, output tied to the embeddings |
| Tokenizer | byte-level BPE, ${recipe.vocabularySize} tokens, pre-tokenizer \`gpt-2\`, trained on the training wording |
| Chat template | ChatML, in the file |
| Licence | that of Modelward |

## What it is for

The user's message is a ticket; the answer has three lines. Use temperature 0. What it answers to two tickets (details of a ticket, such as
the ward, are not always copied rightly):

\`\`\`
> ${examples.en[0] ?? ''}
${answers.en}

> ${examples['zh-CN'][0] ?? ''}
${answers['zh-CN']}
\`\`\`

Categories: ${categories.map((category) => `${categoryLabels.en[category]} (${categoryLabels.zh[category]})`).join(', ')}. Urgencies: ${urgencies.map((urgency) => `${urgencyLabels.en[urgency]} (${urgencyLabels.zh[urgency]})`).join(', ')}; what the
ticket says about patients, people and time decides, and a ticket that says nothing of it is normal.

## Data and recipe

All text is made by a seeded generator (\`scripts/sample-model/corpus.ts\`) from wording written for it: no ticket of a real person or hospital,
no names. \`npm run train:sample -- --write FOLDER\` writes it as a data set.

- ${recipe.rows.train.toLocaleString('en')} training tickets, each seen once: ${training.tokens.toLocaleString('en')} tokens with padding in ${training.steps.toLocaleString('en')} steps of ${recipe.windowTokens} tokens, ${Math.round(training.seconds / 60)} minutes on the processor.
- AdamW (β₁ ${optimizer.beta1}, β₂ ${optimizer.beta2}, weight decay ${optimizer.weightDecay}), learning rate ${learningRate.peak} after ${learningRate.warmupSteps} steps of warm-up, then half a cosine down to ${learningRate.floorShare} of it; seed ${recipe.seed}.
- The whole conversation is learnt: a token of the ticket counts ${recipe.ticketWeight}, of a label line ${recipe.labelWeight}, of the reply 1. Tickets in a window do not see each other.
- ${percent(recipe.labelsOnlyShare)} of the conversations end behind the two label lines, and ${percent(recipe.terseShare)} of the tickets are nothing but symptom and urgency.
- Loss ${training.firstLoss.toFixed(2)} at the first step, ${training.lastLoss.toFixed(3)} at the end; ${training.validationLoss.toFixed(3)} on validation wording.
- Weights were then rounded to F16 by llama.cpp ${figures.engineRelease}'s quantizer (norms stay F32); the figures below are of that file.

## Accuracy on wording it has never seen

Validation and test tickets are built from sentence patterns, symptom phrases and urgency phrases that no training ticket contains (a test
proves it), nor a phrase that shares more than half of its words with one. The nouns a category is about ("printer", "打印机") occur in all
splits, as they would in life, and both sides were written by the same hand: other people's tickets are further away. Answers are greedy; a
label in the wrong language counts as wrong. ${percent(accuracy.test.wellFormed)} of the test answers had both label lines in the right form.

${tableOf('Test wording', accuracy.test)}

${tableOf('Validation wording, by which the recipe was chosen', accuracy.validation)}

## Limits

- It knows tickets like those of the generator and nothing else. It cannot hold a conversation, and what it says of anything else is noise.
- Real tickets are longer, mix several matters and use words it has never seen: expect less than the figures above. The way to something useful is
  to tune it, or a larger model, on your own tickets.
- It always names one of the categories, also where none fits, and cannot say that it does not know.
- It must not decide about patients. An urgency it gives is a suggestion for the help desk's queue, never a triage.
`;
}

function tableOf(title: string, accuracy: Accuracy): string {
  const row = (name: string, { count, category, urgency }: Shares): string => `| ${name} | ${count} | ${percent(category)} | ${percent(urgency)} |`;
  return [
    `| ${title} | Tickets | Category right | Urgency right |`,
    '|---|---:|---:|---:|',
    row('**All**', accuracy),
    ...languages.map((language) => row(languageNames[language], accuracy.byLanguage[language])),
    ...categories.map((category) => row(categoryLabels.en[category], accuracy.byCategory[category])),
    ...urgencies.map((urgency) => row(`urgency ${urgency}`, accuracy.byUrgency[urgency])),
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
