import type { AuditType } from '@passbeam/protocol';
import { texts } from '../../language/define.ts';
import type { Texts } from '../../language/texts.ts';

type Deed<Type> = Type extends `administrator.${infer Name}` ? Name : never;

/** What was recorded about administrators, by the end of the event's name: complete by the compiler. */
export const administratorEventWords = texts({
  title: ['What happened', '操作记录'],
  lead: [
    'Sign-ins of administrators, their roles and links. This belongs to no user pool, so no audit log of a pool shows it.',
    '管理员的登录、角色与链接变更。这些记录不属于任何用户池，因此不会出现在用户池的审计日志中。',
  ],
  whom: ['Whom', '对象'],
  link_made: ['Link made', '生成链接'],
  set_up: ['First owner set up', '创建首位所有者'],
  invited: ['Invited', '邀请管理员'],
  joined: ['Joined', '接受邀请'],
  changed: ['Changed', '修改管理员'],
  removed: ['Removed', '移除管理员'],
  signed_in: ['Signed in', '登录控制台'],
  sign_in_failed: ['Sign-in refused', '登录被拒绝'],
  proved_again: ['Proved again who they are', '再次验证身份'],
  signed_out: ['Signed out', '退出登录'],
  logins_ended: ['Console logins ended', '结束控制台登录'],
  password_changed: ['Password changed', '修改密码'],
  second_factor_changed: ['Second factor changed', '修改第二因素'],
  person_linked: ['Person linked', '关联用户'],
  person_unlinked: ['Person unlinked', '取消关联用户'],
} satisfies Record<Deed<AuditType> | 'title' | 'lead' | 'whom', Texts[string]>);
