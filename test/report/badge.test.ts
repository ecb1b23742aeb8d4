import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { badge } from '../../lib/report/badge.ts';
import { HOSTILE } from './sample-evidence.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { render, sampleReport } from './sample-report.ts';

/** Element names and texts, as an XML parser reads them; it throws for what is not well formed. */
function read(xml: string): { elements: Set<string>; texts: string[] } {
  const elements = new Set<string>();
  const texts: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => elements.add(name));
  parser.on('text', (text) => texts.push(text.trim()));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return { elements, texts: texts.filter((text) => text !== '') };
}

describe('badge', () => {
  it('names the target and the verdict', () => {
    expect(read(render(badge, sampleFleetReport)).texts).toEqual([
      'customer.example: 6 of 12 failed, checked 2026-03-01 09:30:05 UTC',
      'customer.example',
      '6 of 12 failed',
    ]);
  });

  it.each([
    ['pass', 'reachable as expected'],
    ['warn', 'as expected, 2 to look at'],
    ['inconclusive', 'inconclusive'],
  ] as const)('%s', (verdict, words) => {
    expect(read(render(badge, { ...sampleFleetReport, verdict })).texts).toContain(words);
  });

  it('names no target of a run of several', () => {
    expect(read(render(badge)).texts).toContain('inbound check');
  });

  it('holds nothing but shapes and text, whatever the target is called', () => {
    const endpoints = sampleReport.endpoints.map((each) => ({ ...each, target: HOSTILE }));
    const { elements } = read(render(badge, { ...sampleReport, endpoints }));
    expect([...elements].sort()).toEqual(['g', 'path', 'rect', 'svg', 'text', 'title']);
  });
});
