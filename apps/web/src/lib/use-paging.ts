import { useState } from 'react';

/** Which part of a list is shown, where the address does not say it. Another size begins at the first page. */
export function usePaging() {
  const [page, onPage] = useState(1);
  const [pageSize, setPageSize] = useState(25);
  const onPageSize = (size: number) => {
    setPageSize(size);
    onPage(1);
  };
  return { page, pageSize, onPage, onPageSize };
}
