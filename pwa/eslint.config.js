/** What the compiler does not see: which ring may import which, and that screens do not know each other. */

import pluginVue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** `folder` may import no path that matches; `why` is what the author reads. */
const ring = (folder, group, why) => ({
  files: [`src/${folder}/**/*.{ts,vue}`],
  ignores: ['**/*.test.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message: why }] }] },
})

const THE_WORLD = ['window', 'document', 'navigator', 'location', 'fetch', 'indexedDB', 'localStorage', 'crypto', 'performance']

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'public/**'] },
  ...tseslint.configs.recommended,
  ...pluginVue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    // A forgotten import shows nothing and says nothing: the way it leads is simply not there.
    rules: { 'vue/no-undef-components': 'error' },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', prefer: 'type-imports', disallowTypeAnnotations: false }],
      // Layout is the author's: lines up to 120, as in Python.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
    },
  },
  { files: ['**/*.test.ts', 'testing/**'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  ring('core', ['../store*', '../sync*', '../sw*', '../device*', '../features*', '../ui*', '../i18n*', '**/store/*', '**/sync/*', 'vue', 'idb', 'tus-js-client', 'workbox-*'], 'core imports nothing but core (and big.js, @noble/hashes)'),
  {
    files: ['src/core/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', ...THE_WORLD.map((name) => ({ name, message: 'core knows no phone, network, clock or dice' }))],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'core throws no dice' },
        { object: 'Date', property: 'now', message: 'core has no clock: times are passed in' },
      ],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'core has no clock' }],
    },
  },
  ring('store', ['**/sync/*', '**/sw/*', '**/device/*', '**/features/**', '**/ui/**', '**/i18n/**', 'vue'], 'store leans on core alone'),
  ring('sync', ['**/sw/*', '**/device/*', '**/features/**', '**/ui/**', '**/i18n/**', 'vue'], 'sync leans on store and core'),
  ring('sw', ['**/device/*', '**/features/**', '**/ui/**', '**/i18n/**', 'vue'], 'the worker knows no screens'),
  ring('device', ['**/store/*', '**/sync/*', '**/sw/*', '**/features/**', '**/ui/**', '**/i18n/**', 'vue'], 'device leans on core alone'),
  ring('ui', ['**/features/**'], 'ui knows no screen'),
  // One feature folder never reaches into another: what two of them need lies in ui or core.
  {
    files: ['src/features/**/*.{ts,vue}'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^(\\.\\./)+(?!core/|store/|sync/|device/|ui/|shared/|i18n(/|$)|sw/register)[^.]', message: 'features never import each other' }] }],
    },
  },
  // What a feature fetches later lies one folder deeper, and may reach up into its own.
  {
    files: ['src/features/*/later/*.{ts,vue}'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^(\\.\\./){2,}(?!core/|store/|sync/|device/|ui/|shared/|i18n(/|$)|sw/register)[^.]', message: 'features never import each other' }] }],
    },
  },
)
