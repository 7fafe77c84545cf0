import { createApp } from '../lib/app.ts';

/** The app that the CDK command line synthesizes; settings come from its context. */
createApp().app.synth();
