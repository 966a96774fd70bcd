import type { UserPool } from '../../core/directory/pool.ts';
import { securitySettingsDto } from '../../core/management/security-settings.ts';

export function v2UserPool(pool: UserPool) {
  const { id, name, createdAt, updatedAt } = pool;
  const { allowedOrigins, registerDisabled, qrcodeLoginStrategy } = securitySettingsDto(pool);
  return {
    id,
    name,
    domain: '',
    logo: '',
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    isDeleted: false,
    userpoolTypes: [],
    allowedOrigins,
    registerDisabled,
    qrcodeLoginStrategy: {
      qrcodeExpiresAfter: qrcodeLoginStrategy.qrcodeExpiresIn,
      ticketExpiresAfter: qrcodeLoginStrategy.ticketExpiresIn,
      returnFullUserInfo: qrcodeLoginStrategy.returnFullUserInfo,
      allowExchangeUserInfoFromBrowser: qrcodeLoginStrategy.allowExchangeUserInfoFromBrowser,
    },
  };
}
