import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Search } from './Search.jsx'

function App() {
  const [total, setTotal] = useState()
  return (
    <>
      <Search src="/search/" strings={{ placeholder: 'React から検索' }} onResults={answer => setTotal(answer.total)} />
      <output>{total}</output>
    </>
  )
}

createRoot(document.querySelector('#app')).render(<StrictMode><App /></StrictMode>)
