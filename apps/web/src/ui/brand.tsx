import { useId } from 'react';

/** Name and mark of the product. @param onAccent on the gradient, where the mark is drawn in white alone */
export function Brand({ onAccent = false }: { onAccent?: boolean }) {
  const gradient = useId();
  return (
    <span className="brand" data-on-accent={onAccent || undefined}>
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden>
        <defs>
          <linearGradient id={gradient} x1="0" y1="0" x2="1" y2="1">
            <stop offset="0" stopColor="#0f766e" />
            <stop offset="1" stopColor="#4338ca" />
          </linearGradient>
        </defs>
        <rect
          width="32"
          height="32"
          rx="9"
          fill={onAccent ? 'rgb(255 255 255 / 18%)' : `url(#${gradient})`}
        />
        <path
          d="M11 12v-2a3 3 0 0 1 3-3h4a3 3 0 0 1 3 3v2M8 12h16a1.5 1.5 0 0 1 1.5 1.5V22a3 3 0 0 1-3 3h-13a3 3 0 0 1-3-3v-8.500A1.500 1.500 0 0 1 8 12Zm4.500 6.500 2.500 2.500 4.500-4.500"
          fill="none"
          stroke="#fff"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      Satchel
    </span>
  );
}
