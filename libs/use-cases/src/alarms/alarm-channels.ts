import type { AlarmChannel, AlarmChannelName } from '@satchel/domain';

/** The channels that are set up here; none where nobody has set up any. */
export class AlarmChannels {
  constructor(readonly all: readonly AlarmChannel[]) {}

  get names(): readonly AlarmChannelName[] {
    return this.all.map(({ name }) => name);
  }

  byName(name: AlarmChannelName): AlarmChannel | undefined {
    return this.all.find(channel => channel.name === name);
  }
}
