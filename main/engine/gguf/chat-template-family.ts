interface Fingerprint {
  readonly family: string;
  readonly all: readonly string[];
  readonly none?: readonly string[];
}

/** First match wins. After llama.cpp's llm_chat_detect_template (src/llama-chat.cpp), its variants folded into families. */
const FINGERPRINTS: readonly Fingerprint[] = [
  { family: 'phi4', all: ['<|im_start|>', '<|im_sep|>'] },
  { family: 'smolvlm', all: ['<|im_start|>', '<end_of_utterance>'] },
  { family: 'chatml', all: ['<|im_start|>'] },
  { family: 'mistral', all: ['[INST]', '[SYSTEM_PROMPT]'] },
  { family: 'mistral', all: ['[INST]', '[AVAILABLE_TOOLS]'] },
  { family: 'mistral', all: ["' [INST] ' + system_message"] },
  { family: 'llama2', all: ['[INST]'] },
  { family: 'phi3', all: ['<|assistant|>', '<|end|>'] },
  { family: 'chatglm', all: ['[gMASK]<sop>'] },
  { family: 'exaone', all: ['<|assistant|>', '<|user|>', '<|tool_declare|>'] },
  { family: 'falcon3', all: ['<|assistant|>', '<|user|>', '</s>'], none: ['<|endoftext|>'] },
  { family: 'zephyr', all: ['<|user|>', '<|endoftext|>'] },
  { family: 'glmedge', all: ['<|assistant|>', '<|user|>'] },
  { family: 'gemma', all: ['<start_of_turn>'] },
  { family: 'gemma4', all: ['<|turn>'] },
  { family: 'openchat', all: ['GPT4 Correct '] },
  { family: 'vicuna', all: ['USER: ', 'ASSISTANT: '] },
  { family: 'deepseek', all: ['### Instruction:', '<|EOT|>'] },
  { family: 'command-r', all: ['<|START_OF_TURN_TOKEN|>', '<|USER_TOKEN|>'] },
  { family: 'llama3', all: ['<|start_header_id|>', '<|end_header_id|>'] },
  { family: 'chatglm', all: ['[gMASK]sop'] },
  { family: 'minicpm', all: ['<用户>'] },
  { family: 'deepseek', all: ["'Assistant: ' + message['content'] + eos_token"] },
  { family: 'deepseek', all: ['<｜Assistant｜>', '<｜User｜>'] },
  { family: 'exaone', all: ['[|system|]', '[|assistant|]', '[|endofturn|]'] },
  { family: 'granite', all: ['<|start_of_role|>'] },
  { family: 'bailing', all: ['<role>ASSISTANT</role>'] },
  { family: 'llama4', all: ['<|header_start|>', '<|header_end|>'] },
  { family: 'hunyuan', all: ['<|extra_0|>', '<|extra_4|>'] },
  { family: 'hunyuan', all: ['<｜hy_Assistant｜>'] },
  { family: 'gpt-oss', all: ['<|start|>', '<|channel|>'] },
  { family: 'kimi', all: ['<|im_assistant|>assistant<|im_middle|>'] },
  { family: 'seed-oss', all: ['<seed:bos>'] },
];

/** The family a chat template belongs to by its known marks, or null. Text search only: nothing of it is run. */
export function chatTemplateFamilyOf(template: string): string | null {
  for (const { family, all, none } of FINGERPRINTS) {
    const isMatch = all.every((mark) => template.includes(mark)) && !(none ?? []).some((mark) => template.includes(mark));
    if (isMatch) return family;
  }
  return null;
}
