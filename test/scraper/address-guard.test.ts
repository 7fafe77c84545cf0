import { describe, expect, test } from 'vitest';
import {
  checkedAddresses,
  refuseByForm,
  refuseMetadata,
  refusePrivate,
} from '../../functions/scraper/fetch/address-guard.ts';

const admits = (address: string, local?: string) => () => refuseByForm(new URL(address), local);

describe('refused by its form', () => {
  test.each([
    ['another scheme', 'ftp://example.com/'],
    ['a file', 'file:///etc/hostname'],
    ['loopback', 'http://127.0.0.1/'],
    ['loopback, short', 'http://127.1/'],
    ['loopback, one number', 'http://2130706433/'],
    ['loopback, octal', 'http://0177.0.0.01/'],
    ['loopback, hexadecimal', 'http://0x7f.0.0.1/'],
    ['loopback, full-width digits', 'http://１２７.０.０.１/'],
    ['loopback by name', 'http://localhost/'],
    ['loopback by name, with a dot', 'http://localhost./'],
    ['loopback, below localhost', 'http://any.localhost/'],
    ['the network itself', 'http://0.0.0.0/'],
    ['private, class A', 'http://10.1.2.3/'],
    ['private, class B', 'http://172.16.0.1/'],
    ['private, class C', 'http://192.168.0.10/'],
    ['link-local and cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['container metadata', 'http://169.254.170.2/'],
    ['shared by carriers', 'http://100.64.0.1/'],
    ['benchmark network', 'http://198.18.0.1/'],
    ['multicast', 'http://224.0.0.1/'],
    ['broadcast', 'http://255.255.255.255/'],
    ['reserved', 'http://240.0.0.1/'],
    ['IPv6 loopback', 'http://[::1]/'],
    ['IPv6 unspecified', 'http://[::]/'],
    ['IPv6 unique local', 'http://[fd00:ec2::254]/'],
    ['IPv6 link-local', 'http://[fe80::1]/'],
    ['IPv6 multicast', 'http://[ff02::1]/'],
    ['IPv4 in IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['IPv4 in IPv6, hexadecimal', 'http://[::ffff:a9fe:a9fe]/'],
    ['IPv4 behind NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['IPv4 in 6to4', 'http://[2002:7f00:1::]/'],
    ['IPv4-compatible', 'http://[::7f00:1]/'],
    ['IPv4-compatible, of a public address', 'http://[::5db8:d822]/'],
    ['IPv4, translated', 'http://[::ffff:0:127.0.0.1]/'],
    ['NAT64 of one network', 'http://[64:ff9b:1::1]/'],
    ['thrown away', 'http://[100::1]/'],
    ['a dummy', 'http://[100:0:0:1::1]/'],
    ['of the protocols', 'http://[2001:5::1]/'],
    ['for documents', 'http://[3fff::1]/'],
    ['of segments', 'http://[5f00::1]/'],
    ['given out to nobody', 'http://[4000::1]/'],
    ['site-local', 'http://[fec0::1]/'],
    ['a name of the local network', 'http://printer.local/'],
    ['a name inside a cloud', 'http://metadata.google.internal/'],
    ['a user name', 'https://user@example.com/'],
    ['a password', 'https://:secret@example.com/'],
    ['a port that serves no web', 'https://example.com:6379/'],
    ['the port of another service', 'http://example.com:22/'],
  ])('%s', (_, address) => {
    expect(admits(address)).toThrow();
  });
});

describe('admitted', () => {
  test.each([
    'https://example.com/',
    'http://example.com:8080/',
    'http://93.184.216.34/',
    'https://[2606:4700::1111]/',
  ])('%s', address => {
    expect(admits(address)).not.toThrow();
  });

  test('not even in local mode link-local addresses, where clouds keep their metadata', () => {
    const metadata = 'http://169.254.169.254';
    expect(admits(`${metadata}/latest`, metadata)).toThrow(/link-local/);
    expect(admits('http://[fe80::1]/', 'http://[fe80::1]')).toThrow(/link-local/);
  });

  test('in local mode the asked origin, and no other port, host or scheme of that machine', () => {
    const origin = 'http://127.0.0.1:4100';
    expect(admits('http://127.0.0.1:4100/a', origin)).not.toThrow();
    for (const other of [
      'http://127.0.0.1:4101/',
      'http://127.0.0.2:4100/',
      'https://127.0.0.1:4100/',
      'http://localhost:4100/',
    ])
      expect(admits(other, origin)).toThrow();
  });
});

describe('a name', () => {
  test('is refused when any one of its addresses is private', async () => {
    const resolve = async () => ['93.184.216.34', '10.0.0.7'];
    await expect(checkedAddresses('example.com', resolve, refusePrivate)).rejects.toThrow('private address');
  });

  test('of the asked origin may lead to this machine, and never to the metadata of a cloud', async () => {
    const lead = (address: string) =>
      checkedAddresses('wiki.test', async () => ['10.0.0.7', address], refuseMetadata);
    await expect(lead('127.0.0.1')).resolves.toHaveLength(2);
    const dressed = [
      '::169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
      '::ffff:0:169.254.169.254',
    ];
    for (const metadata of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      'fe80::1',
      'fd00:ec2::254',
      ...dressed,
    ])
      await expect(lead(metadata), metadata).rejects.toThrow('metadata');
  });

  test('is refused when it has no address', async () => {
    await expect(checkedAddresses('example.com', async () => [], refusePrivate)).rejects.toThrow(
      'no address',
    );
  });
});
