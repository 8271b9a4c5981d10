import 'sakuin/element'
