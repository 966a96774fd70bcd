import { texts } from '../language/define.ts';

export const yamlWords = texts({
  show: ['Show as YAML', '显示为 YAML'],
  title: ['For the configuration file', '用于配置文件'],
  ofPool: [
    'The settings as they are now. Put into the configuration file, they are managed there from the next time the file is applied.',
    '当前设置。写入配置文件并应用后，这些设置将由配置文件管理。',
  ],
  ofApplication: [
    'The settings of this application as they are now, to stand below “applications” of its user pool in the configuration file.',
    '此应用的当前设置，请放在配置文件中所属用户池的 applications 之下。',
  ],
  environment: [
    (names: string) => `Secrets stay out of the file. Set in the environment: ${names}.`,
    (names: string) => `密钥不写入文件，请设置环境变量：${names}。`,
  ],
  ownTokens: [
    'The pool trusts tokens of your company: copy ownTokens from your present file, or applying this one takes them away.',
    '此用户池信任企业令牌：请从现有文件复制 ownTokens，否则应用后将被移除。',
  ],
  accessKeys: [
    'The file made access keys: copy accessKeys from your present file, or applying this one takes them away.',
    '配置文件创建过访问密钥：请从现有文件复制 accessKeys，否则应用后将被移除。',
  ],
  applications: [
    'There are more applications than fit into one text; some are left out.',
    '应用数量过多，部分应用未包含在内。',
  ],
});
