#!/usr/bin/env node
import '../dist/apps/plumbline/src/main.js';
