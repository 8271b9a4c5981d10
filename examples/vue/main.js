import { createApp, defineComponent, h, ref } from 'vue'
import { Search } from './Search.js'

const App = defineComponent({
  setup() {
    const total = ref()
    return () => [
      h(Search, { src: '/search/', placeholder: 'Vue から検索', onResults: answer => (total.value = answer.total) }),
      h('output', total.value),
    ]
  },
})

createApp(App).mount('#app')
