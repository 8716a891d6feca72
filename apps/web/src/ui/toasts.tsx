import { Toaster } from 'react-hot-toast';

/** Where notices come up, away from what one is doing. */
export function Toasts() {
  return (
    <Toaster
      position="bottom-right"
      gutter={10}
      containerStyle={{ bottom: 'calc(var(--bottom-bar, 0px) + 20px)' }}
      toastOptions={{
        duration: 6_000,
        style: {
          background: 'var(--surface)',
          color: 'var(--text)',
          border: '1px solid var(--border)',
          borderRadius: 'var(--radius-m)',
          boxShadow: 'var(--shadow-m)',
          maxWidth: 440,
        },
        success: { iconTheme: { primary: 'var(--ok-fill)', secondary: 'var(--surface)' } },
        error: { duration: 10_000, iconTheme: { primary: 'var(--bad-fill)', secondary: 'var(--surface)' } },
      }}
    />
  );
}
