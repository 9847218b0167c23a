// What stands on one view of the kiosk: never more buttons than everybody can hit and read, never a third touch.
import type { MenuGroup, MenuService, Text } from '../shared/types.ts';

/** Buttons of one view; fewer and larger ones for whoever asks for large type. */
export const BUTTONS = 8;
export const LARGE_BUTTONS = 4;

/** A button that services stand behind. */
export interface GroupEntry {
  kind: 'group';
  id: string;
  /** The branch's name for it; without one it is named by its letters. */
  name: Text | undefined;
  /** Which of several of the same name, from 1. */
  part: number | undefined;
  services: MenuService[];
}

export interface ServiceEntry {
  kind: 'service';
  id: string;
  service: MenuService;
}

/** The first view: groups in the branch's order, then what stands alone. */
export function entries(services: MenuService[], groups: MenuGroup[], most = BUTTONS): (GroupEntry | ServiceEntry)[] {
  const known = new Set(groups.map((group) => group.id));
  const grouped = groups.flatMap((group) => {
    const members = services.filter((service) => service.group === group.id);
    return parts(group.id, group.name, members, most);
  });
  const alone = services.filter((service) => !service.group || !known.has(service.group));
  if (grouped.length + alone.length <= most) {
    return [...grouped, ...alone.map((service): ServiceEntry => ({ kind: 'service', id: service.id, service }))];
  }
  return [...grouped, ...parts('letters', undefined, alone, most)];
}

/** As few groups as hold all of them, of nearly the same size. */
function parts(id: string, name: Text | undefined, services: MenuService[], most: number): GroupEntry[] {
  const count = Math.ceil(services.length / most);
  const size = Math.ceil(services.length / count);
  return Array.from({ length: count }, (_, part) => ({
    kind: 'group',
    id: count > 1 ? `${id}-${part + 1}` : id,
    name,
    part: count > 1 ? part + 1 : undefined,
    services: services.slice(part * size, (part + 1) * size),
  }));
}
