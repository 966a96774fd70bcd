'use client';

import type { PassbeamQrElement } from '@passbeam/widget';
import type {} from '@passbeam/widget/react';
import { useEffect, useRef } from 'react';
import { noted } from '../../settings';

/** The recipe of the widget's README: listen to events, and read from properties what happened before. */
export function Login({ host, app }: { host: string; app: string }) {
  const ref = useRef<PassbeamQrElement>(null);
  useEffect(() => {
    const widget = ref.current;
    if (widget === null) return;
    let reported: string | null = null;
    const look = () => {
      if (widget.qrcodeId && widget.qrcodeId !== reported) noted('created', widget.qrcodeId);
      reported = widget.qrcodeId ?? reported;
      if (widget.authorization) noted('authorized', widget.authorization.ticket ?? '');
    };
    // The component listens long after the widget has begun.
    const timer = setTimeout(() => {
      for (const name of ['created', 'authorized']) widget.addEventListener(name, look);
      look();
    }, 2_500);
    return () => clearTimeout(timer);
  }, []);
  return <passbeam-qr ref={ref} host={host} app-id={app} custom-data='{"from":"next"}' />;
}
