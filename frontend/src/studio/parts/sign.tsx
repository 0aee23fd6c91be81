/** The page's few drawn signs; each stands beside its word or has one for those who do not see it. */

export const SIGNS = {
  gather: "M2.500 3h4.500v4.500h-4.500zM9 3h4.500v4.500H9zM2.500 9.500h4.500v4h-4.500zM11.250 9.300v4.400M9 11.500h4.500",
  train: "M9 1.800L3.500 9h4L7 14.200 12.500 7h-4z",
  judge: "M2.500 13.500h11M4.500 13V8.500M8 13V3M11.500 13V6",
  map: "M4 5.200a1.300 1.300 0 1 0 0-.1M11.500 4a1 1 0 1 0 0-.1M8 10.500a1.700 1.700 0 1 0 0-.1M12.500 11.500a.7.7 0 1 0 0-.1M3.300 12a.7.7 0 1 0 0-.1",
  try: "M1.800 8S4 3.800 8 3.800 14.200 8 14.200 8 12 12.200 8 12.200 1.800 8 1.800 8zM8 6.200a1.800 1.800 0 1 1 0 3.600 1.800 1.800 0 0 1 0-3.600z",
  take: "M8 2v8.500M4.500 7.200L8 10.700l3.500-3.500M2.500 13.500h11",
  undo: "M5.500 3L2.500 6l3 3M2.800 6H10a3.500 3.500 0 0 1 0 7H6.500",
  redo: "M10.500 3l3 3-3 3M13.200 6H6a3.500 3.500 0 0 0 0 7h3.500",
  history: "M2.600 5.500A6 6 0 1 1 2 8.500M2.300 2.500v3.200h3.200M8 5v3.300l2.300 1.400",
  more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  whole: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3",
  check: "M3 8.500l3.200 3.200L13 4.800",
  folder: "M2 4.500v8h12v-6.500H8L6.500 4.500z",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  camera: "M2 5h2.800l1.200-1.800h4L11.200 5H14v8H2zM8 6.500a2.300 2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600z",
  bin: "M3 4.500h10M6.500 4.500V3h3v1.500M4.500 4.500l.5 9h6l.5-9M6.800 7v4M9.200 7v4",
  aside: "M8 2.200a5.800 5.800 0 1 0 0 11.600A5.800 5.800 0 0 0 8 2.200zM4 4l8 8",
  group: "M2.500 4h6v6h-6zM7 7h6.500v6H7z",
  back: "M9.500 3.500L5 8l4.500 4.500",
  next: "M6.500 3.500L11 8l-4.500 4.500",
  warn: "M8 2.300L14.200 13.300H1.800zM8 6.500v3.200M8 11.400v.1",
  look: "M7 2.800a4.200 4.200 0 1 1 0 8.400 4.200 4.200 0 0 1 0-8.400zM10.200 10.200l3.300 3.300",
  settings: "M2.500 4.500h6M11.500 4.500h2M10 3v3M2.500 11.500h2M7.500 11.500h6M6 10v3",
  moon: "M13 9.500A5.500 5.500 0 1 1 6.500 3a4.300 4.300 0 0 0 6.500 6.500z",
} as const;

export function Sign({ of, size = 18 }: { of: keyof typeof SIGNS; size?: number }) {
  return (
    <svg class="sign" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path d={SIGNS[of]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
