import type { importFields, profileFields } from '@passbeam/protocol';
import { userIdPattern } from '@passbeam/protocol/user-id';
import { texts } from '../../../language/define.ts';

/** What a column may hold: complete by the compiler. */
export type ImportField = (typeof importFields)[number] | keyof typeof profileFields;

export const fieldWords = texts({
  userId: ['Id of the person, as it was elsewhere', '用户 ID（沿用原 ID）'],
  username: ['Username', '用户名'],
  email: ['E-mail', '邮箱'],
  emailVerified: ['E-mail is proved', '邮箱已验证'],
  phone: ['Phone', '手机号'],
  phoneCountryCode: ['Country code of the phone', '手机号国家代码'],
  phoneVerified: ['Phone is proved', '手机号已验证'],
  externalId: ['Your own id of the person', '外部编号'],
  status: ['State', '状态'],
  password: ['Password', '密码'],
  resetPasswordOnNextLogin: ['Must change the password', '须修改密码'],
  name: ['Name', '姓名'],
  nickname: ['Nickname', '昵称'],
  photo: ['Picture', '头像'],
  company: ['Company', '公司'],
  givenName: ['Given name', '名'],
  familyName: ['Family name', '姓'],
  middleName: ['Middle name', '中间名'],
  profile: ['Profile page', '个人主页'],
  preferredUsername: ['Preferred username', '首选用户名'],
  website: ['Website', '网站'],
  gender: ['Gender (M, F, U)', '性别（M、F、U）'],
  birthdate: ['Date of birth', '出生日期'],
  zoneinfo: ['Time zone', '时区'],
  locale: ['Language', '语言'],
  address: ['Address', '地址'],
  formatted: ['Whole address', '完整地址'],
  streetAddress: ['Street', '街道'],
  region: ['Region', '地区'],
  country: ['Country', '国家'],
  province: ['Province', '省份'],
  city: ['City', '城市'],
  locality: ['Town', '区县'],
  postalCode: ['Postal code', '邮编'],
  browser: ['Browser', '浏览器'],
  device: ['Device', '设备'],
  identityNumber: ['Identity number', '证件号码'],
} satisfies Record<ImportField, readonly [string, string]>);

export const importableFields = Object.keys(fieldWords) as ImportField[];

/** Other names that files have for a field, in lower case and without what is no letter. */
const otherNames: Record<string, ImportField> = {
  ...{ user: 'username', login: 'username', loginname: 'username', account: 'username', 用户名: 'username' },
  ...{ mail: 'email', emailaddress: 'email', 邮箱: 'email', 电子邮箱: 'email', 邮箱地址: 'email' },
  ...{ mobile: 'phone', phonenumber: 'phone', telephone: 'phone', 手机: 'phone', 手机号: 'phone', 电话: 'phone' },
  ...{ id: 'externalId', userid: 'externalId', uid: 'externalId', employeeid: 'externalId', 工号: 'externalId' },
  ...{ 用户id: 'externalId', 外部编号: 'externalId', 原系统id: 'externalId' },
  ...{ passwordhash: 'password', 密码: 'password', fullname: 'name', displayname: 'name', 姓名: 'name' },
  ...{ firstname: 'givenName', lastname: 'familyName', surname: 'familyName', avatar: 'photo', picture: 'photo' },
  ...{ 昵称: 'nickname', 性别: 'gender', 公司: 'company', 生日: 'birthdate', birthday: 'birthdate', zip: 'postalCode' },
};
const plain = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
const byName = new Map([
  ...importableFields.map((field) => [plain(field), field] as const),
  ...Object.entries(otherNames),
]);

/** Columns of ids: whose they are is told by their form alone. */
const ofIds = new Set(['id', 'userid', 'uid', '用户id']);
const isUserId = new RegExp(userIdPattern);

/**
 * The field that a column probably holds; an empty text leaves it out.
 * @param sample a value of the column
 */
export function likelyField(column: string, custom: readonly string[], sample: string): string {
  if (ofIds.has(plain(column))) return isUserId.test(sample) ? 'userId' : 'externalId';
  const key = column.trim().replace(/^customData\./, '');
  if (column.trim().startsWith('customData.')) return `customData.${key}`;
  return byName.get(plain(column)) ?? (custom.includes(key) ? `customData.${key}` : '');
}
