import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uncompressZ } from '../../src/compression/compress-z.ts';
import { CompressionError } from '../../src/compression/compression-error.ts';

/** The numbers below 600 between commas, as compress(1) of ncompress 4.2.4.6 wrote them. */
const NUMBERS =
  'H52QMFjEYCGDxQwWNFjUYGGDxQ0WOFjkEBgwxsAYBWMcjJEwxsIYDWM8jBExxkQZAWUMlFFQxkEZCWUslNFQxkMZEWVMnBFwxsAZBWccnJFwxsIZDWc8nBFxxkQaAWkMpFGQxkEaCWkspNGQxkMaEWlMrBGwxsAaBWscrJGwxsIaDWs8rBGxxkQbAW0MtFHQxkEbCW0stNHQxkMbEW1MvBHwxsAbBW8cvJHwxsIbDW88vBHxxkQcAXEMxFEQx0EcCXEsxNEQx0McEXFMzBEwx8AcBXMczJEwx8IcDXM8zBExx8QYMCrCuAgjI4yNMDrC+AgjJIyRMErCOI5coEXvGTV67+jRe0iR3kuaFIiS/UWW7DfCZP+RJvuRONkf5ynQZ/+MQvXXkVH9haRUfyU5JRBUC15E1YIbYbXgR1wtOBJYCx5HlkBmcZiRWhx25BaHIcnFYUl2CYSXihfxpeJGgKn4EWEqjoSYiscxJpBjO2Yk2Y4dWbZjSJrtWJJnAoGW5EWkJbkRakl+xFqSI8GW5HG0CWSblhnppmVHvmkZknBalmQcQcmhuVJzaL4UHZozVYfmTdmheVJ3Kq2EEUHiqRRTeSrVhJ5KOa3HUkoqEQQfSy/Nx9JM9rF0U34sncSfSysBRVCALsVEoEs1HehSTgrClJJUBD0I00sSwjRThTDdhCFMJ20o00poEQSiTDGNKFNNJsqUU4o0paQXQS7S9FKMNM1EI0033UjTSTratBJkBP1oU0xC2lRTkTblhCROKYlGUJM4vQQlTjNNidNNVuJ0UpY6rYQbQV7qFFOYOtVEpk45nclTT8sZxCZPQ73J01Fy8rRUnTzt1J1PP+3p01AcGVSeT0mh51NT6wHVU6JABeWSQfMBdZR9QC2VH1A78SfUT5oKNRRRBhEoVFIHCtWUgkT1hCpRQVllkIREHVUhUUthSNROGxr1U65GDcWWQSMalZSJRjWVIlI9HYtUUH4ZFCNSR9GI1FI3IrWTjkr9hK1SQ1FmkJBKJVWkUk0hyVRP5jIVlGkGQcnUUVMytZSVTO2UpVM/3evUULwZFKZTSZHpVFNnQhVVwVBV9RxCb0K1lZxQfVUnVE91J9VUe0p1VcZSbQUSQuhJFdZ6VEWVKFVVnUxVVjIhZB9VX+VH1VP8WTWVplZdhbNVWyGF0IFWhaUgVlGhilVVRmOVlVYIVYjVVxhi9dSGWk2Vq1ZXXa3VVnAhZKJWYaXIVVTHclVV2VzJimAQQiOufOVGXHmKjrwyFWx55Sp288pWMIOQInklLEgCS1TMBZaqEA4sWVENQqYElq9YCSxPyZJYpnIvsVylcmLZCnAQQiaxhOVMZClLwciSltGRpS3TUYicyDKXOpFlLN0xy1n2ZJa1ZMwsb7mdWeZCEoWsBy1lSRRa0nIytLSleGiJi00Ukh+0jIU/ajmLptSyFpyp5S3WU8tcmKIQBbGlLKhiS1qMxpa2kI8tcfGKQjDElrFsyC1nyZVb1nI1t7ylfm6ZC10UkiK4lOVYcElL2eDSlgHCJS6GUciN4DIWHcnlLNiSy1rsJpe3UFAuc+GMQpBEl7KYiy5pIRxd2iJCusTFNQqxEl3GkiW7nOVedllL5ezylhnaZS7EUYhxAA==';

test('What compress(1) wrote comes out again', () => {
  const text = Array.from({ length: 600 }, (_, index) => index).join(',');
  expect(Buffer.from(uncompressZ(Buffer.from(NUMBERS, 'base64'), 1 << 20)).toString()).toBe(text);
});

test('More than the limit is refused', () => {
  expect(() => uncompressZ(Buffer.from(NUMBERS, 'base64'), 100)).toThrow(CompressionError);
});

test('Any bytes give output or a CompressionError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        uncompressZ(Uint8Array.of(0x1f, 0x9d, 0x90, ...bytes), 1 << 16);
      } catch (error) {
        expect(error).toBeInstanceOf(CompressionError);
      }
    }),
  );
});
