import { defineComponent, h } from 'vue'
import 'sakuin/element'

/** The search box; emits `results` with each answer. Attributes go to the element as they are. */
export const Search = defineComponent({
  emits: ['results'],
  setup(_, { emit, attrs }) {
    return () => h('sakuin-search', { ...attrs, onSakuinResults: event => emit('results', event.detail) })
  },
})
