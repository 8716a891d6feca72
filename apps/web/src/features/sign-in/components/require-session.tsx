import { lazy, Suspense, useMemo } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { PermissionProvider } from '../../../lib/permission.js';
import { paths } from '../../../lib/paths.js';
import { ErrorState } from '../../../ui/error-state.js';
import { StartScreen } from '../../shell/components/start-screen.js';
import { useSession } from '../api/get-session.js';

const FirstPassword = lazy(async () => ({
  default: (await import('../../account/components/first-password.js')).FirstPassword,
}));

/** Lets the signed-in through and sends the others to the sign-in, which leads back here. */
export function RequireSession() {
  const { data: me, error, isPending, refetch } = useSession();
  const location = useLocation();
  const permissions = useMemo(() => new Set(me?.permissions), [me?.permissions]);
  if (me?.user.must_change_password === true) {
    return (
      <Suspense fallback={<StartScreen />}>
        <FirstPassword />
      </Suspense>
    );
  }
  if (me) {
    return (
      <PermissionProvider value={permissions}>
        <Outlet />
      </PermissionProvider>
    );
  }
  if (isPending) return <StartScreen />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const next = `${location.pathname}${location.search}`;
  return (
    <Navigate to={next === '/' ? paths.signIn : `${paths.signIn}?next=${encodeURIComponent(next)}`} replace />
  );
}
