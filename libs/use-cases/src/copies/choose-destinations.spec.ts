import { MemoryStorage } from '@satchel/storage';
import { TestDestinations } from '@satchel/testing';
import { describe, expect, it } from 'vitest';
import { ChooseDestinations } from './choose-destinations.js';

const storage = new MemoryStorage();
const choose = new ChooseDestinations(new TestDestinations({ local: storage, usb: storage, cloud: storage }));

describe('ChooseDestinations', () => {
  it.each([
    ['all, also later ones', null, null],
    ['the primary alone', [], ['local']],
    [
      'the primary beside what is named, in the order of the settings',
      ['cloud', 'usb', 'cloud'],
      ['local', 'usb', 'cloud'],
    ],
    ['all that there are, and no later ones', ['local', 'usb', 'cloud'], ['local', 'usb', 'cloud']],
  ])('chooses %s', (_what, chosen, destinations) => {
    expect(choose.run(chosen)).toEqual(destinations);
  });

  it('refuses a name that is none, and says which there are', () => {
    expect(() => choose.run(['usb', 'tape'])).toThrow(
      'There is no destination "tape". The settings (BACKUP_DESTINATIONS) name: local, usb, cloud.',
    );
  });

  it('lets a destination stay that the settings have lost since, and lets it go', () => {
    const before = ['local', 'tape'];
    expect(choose.unknown(before)).toEqual(['tape']);
    expect(choose.run(['usb', 'tape'], before)).toEqual(['local', 'usb', 'tape']);
    expect(choose.run(['usb'], before)).toEqual(['local', 'usb']);
    expect(() => choose.run(['attic'], before)).toThrow('"attic"');
  });
});
