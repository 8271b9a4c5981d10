import 'sakuin/sakuin.css'
import 'sakuin/element'
