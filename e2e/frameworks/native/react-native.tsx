import type { ReactElement, ReactNode } from 'react';

/** What the guide's screen uses of React Native, drawn in a browser. */
interface Box {
  children?: ReactNode;
  style?: object;
}

export const ScrollView = ({ children }: Box): ReactElement => <main>{children}</main>;

export const Text = ({
  children,
  accessibilityRole,
}: Box & { accessibilityRole?: 'header' | 'alert' }): ReactElement =>
  accessibilityRole === 'header' ? <h1>{children}</h1> : <p role={accessibilityRole}>{children}</p>;

export const Button = (props: { title: string; disabled?: boolean; onPress(): void }): ReactElement => (
  <button type="button" disabled={props.disabled} onClick={props.onPress}>
    {props.title}
  </button>
);

export const ActivityIndicator = (): ReactElement => <progress />;

/** The test opens a link by an event of the page. */
export const Linking = {
  getInitialURL: async (): Promise<string | null> => null,
  addEventListener(type: 'url', listener: (event: { url: string }) => void): { remove(): void } {
    const told = (event: Event) => listener({ url: (event as CustomEvent<string>).detail });
    window.addEventListener(type, told);
    return { remove: () => window.removeEventListener(type, told) };
  },
};
