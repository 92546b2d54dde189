/** A visit is one download: the sheet, the row and the score. One import of this; a second entry would cost a request more. */
export { default as Visit } from './visit/Visit.vue'
export { default as Row } from './indicator/Indicator.vue'
