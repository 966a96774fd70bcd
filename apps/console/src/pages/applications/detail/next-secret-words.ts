import { texts } from '../../../language/define.ts';

export const nextSecretWords = texts({
  show: ['Next secret', '下一个密钥'],
  title: ['The next secret', '下一个密钥'],
  notYet: [
    'It does not work yet. Put it where the present one is used, so that both are tried there; then make it the current one.',
    '该密钥尚未生效。请先将其部署到使用当前密钥的位置（两者均可尝试），然后再将其设为当前密钥。',
  ],
  until: [
    'It stays the same until the current secret changes. Was it seen by the wrong person? Rotate without it: another one comes next.',
    '在当前密钥更换之前保持不变。如被他人看到，请直接轮换，届时会产生新的下一个密钥。',
  ],
  rotateTo: ['Make it the current one', '设为当前密钥'],
});
