import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PendingPage } from "../shell/Page";

/** In an address, where something that does not exist yet stands instead of an id. */
export const NEW = "new";

interface EntityGateProps<Entity> {
  id: string;
  query: UseQueryOptions<Entity, Error, Entity, string[]>;
  children: (entity: Entity | null) => ReactNode;
}

/** Shows an editor once the entity is there; at once, with null, for a new one. */
export function EntityGate<Entity>({ id, query, children }: EntityGateProps<Entity>) {
  const entity = useQuery({ ...query, enabled: id !== NEW });
  if (id === NEW) return children(null);
  if (entity.data === undefined) return <PendingPage error={entity.error} onRetry={() => void entity.refetch()} />;
  return children(entity.data);
}
